// User mode: the namespaces that all of the agent's processes share, and PID 1 doesn't.
#ifndef PALANA_NAMESPACES_H
#define PALANA_NAMESPACES_H

#include "options.h"

/// Makes a user namespace in which the agent is an ordinary user, and a mount namespace in which the folder of the
/// gateway's socket is covered, so that only PID 1 can connect. Call while dumpable. Ends the sandbox on any fault.
void make_agent_namespaces(const struct options *options);
/// Enters both, for good. 0, or -1 with errno.
int join_agent_namespaces(void);

#endif
