// How the supervisor has processes started, signalled and stopped: messages on a stream socket pair that PID 1
// inherits at its start. Whoever holds the other end controls the sandbox; when it closes, the sandbox ends.
//
// Message: a header of 16 bytes, then `size` bytes. Numbers are in the machine's byte order.
//
//     uint32 size    bytes after the header, at most 4 MiB
//     uint16 kind
//     uint16 fds     descriptors (SCM_RIGHTS) that come with the header's first byte
//     uint64 id      chosen by the supervisor for each process; replies carry it
//
// From the supervisor:
//     1 start    uint32 flags (1 = tty, 2 = the agent: its end is the sandbox's end)
//                uint16 rows, uint16 columns (tty), uint32 argc, uint32 envc,
//                then argc arguments, envc NAME=value strings and the folder to start in, each ended by a zero byte.
//                fds: stdin, stdout, stderr; none with a tty
//     2 signal   uint32 number: to the process group of `id`
//     3 stop     uint32 grace in milliseconds: SIGTERM to the agent's group, then SIGKILL to everything
//     4 pause    uint32: 1 = SIGSTOP to everything in the sandbox but PID 1, 0 = SIGCONT
//
// From PID 1:
//     16 ready   the ports are bound
//     17 started uint32 pid in the sandbox. fds: the master of the process's terminal when it has one
//     18 failed  text: what failed and why. The process was not started
//     19 exited  uint32 status: exit code, or 128+n for signal n
#ifndef PALANA_CONTROL_H
#define PALANA_CONTROL_H

#include <stdint.h>

enum control_kind { control_start = 1, control_signal = 2, control_stop = 3, control_pause = 4,
                    control_ready = 16, control_started = 17, control_failed = 18, control_exited = 19 };
enum { control_tty = 1, control_agent = 2 };

struct control_header {
    uint32_t size;
    uint16_t kind;
    uint16_t fds;
    uint64_t id;
};

/// Begins to serve requests on `fd`.
void control_serve(int fd);
/// Sends a message; `fd` ≥ 0 goes along. Ends the sandbox when the supervisor is gone.
void control_send(enum control_kind kind, uint64_t id, const void *bytes, uint32_t size, int fd);

#endif
