// The filter of system calls that every process of the agent runs under.
#ifndef PALANA_SECCOMP_H
#define PALANA_SECCOMP_H

/// Installs the filter in the calling process, for good; no_new_privs must be set. 0, or -1 with errno.
int install_filter(void);

#endif
