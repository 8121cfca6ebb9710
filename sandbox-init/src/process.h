// The agent and what is exec'd beside it.
#ifndef PALANA_PROCESS_H
#define PALANA_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"

struct process_request {
    uint64_t id;
    bool tty, agent;
    uint16_t rows, columns;
    char **arguments, **environment;
    const char *folder;
    int fds[3];  // stdin, stdout, stderr when there is no tty; stay the caller's
};

/// Begins to reap. To be called once, before anything is started.
void process_begin(const struct options *options);
/// Starts a process and reports `started` or `failed`; its end is reported as `exited`. At most 256 at once.
void process_start(const struct process_request *request);
/// Sends a signal to the process group of `id`, if it still runs.
void process_signal(uint64_t id, int number);
/// Ends the agent: SIGTERM now, SIGKILL to everything after `grace` milliseconds.
void process_stop(uint32_t grace);
/// Stops every process of the sandbox where it is, or lets all go on: one signal over the whole PID namespace, which no
/// fork can slip through (kill(2), pid -1).
void process_pause(bool paused);

#endif
