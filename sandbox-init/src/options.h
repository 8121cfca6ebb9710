// What the supervisor tells palana-init at its start; the same for every process of the sandbox.
#ifndef PALANA_OPTIONS_H
#define PALANA_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { most_mounts = 64 };

struct options {
    bool user_mode;           // --mode user: the agent gets a user namespace of its own; root: a host user of its own
    uid_t uid;                // --uid: the agent's user and group. In user mode only the number that it sees
    int control;              // --control: our end of the control socket pair
    const char *gateway;      // --gateway: the agent's Unix socket
    uint64_t open_files;      // --open-files; 0 = as inherited
    uint64_t processes;       // --processes; 0 = as inherited
    struct {
        const char *path;     // --readable, --writable: what the agent must be able to use, or it isn't started
        bool writable;
    } mounts[most_mounts];
    int mount_count;
    uint64_t memory;          // --memory: bytes of private memory for each process (where no control group limits it)
};

#endif
