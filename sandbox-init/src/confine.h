// Takes everything from a process that the agent must not have. One order for the agent and for what is exec'd.
#ifndef PALANA_CONFINE_H
#define PALANA_CONFINE_H

#include "options.h"

/// Prepares PID 1 itself once its ports are bound: no bounding set, only the capabilities that starting and signalling
/// the agent's processes takes, not dumpable (so that nobody may trace it or read its /proc files). Ends the sandbox on
/// any fault.
void confine_init(const struct options *options);

/// Confines the calling process, a fresh child of PID 1: limits, identity, no capability in any set, no_new_privs,
/// the system call filter. Returns NULL, or what failed (with errno).
const char *confine_child(const struct options *options);

#endif
