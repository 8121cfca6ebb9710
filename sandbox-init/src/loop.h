// The event loop of PID 1: one epoll, one thread, level-triggered.
#ifndef PALANA_LOOP_H
#define PALANA_LOOP_H

#include <stdint.h>

/// Something that waits for a descriptor. Lives in the structure of its owner.
struct watch {
    /// Called with epoll's event bits. NULL = stopped; events still queued for it are dropped.
    void (*ready)(struct watch *watch, uint32_t events);
    int fd;
    uint32_t events;
};

void loop_start(void);
/// Begins to watch; 0, or -1 with errno.
int loop_add(struct watch *watch, int fd, uint32_t events, void (*ready)(struct watch *, uint32_t));
/// Changes what is waited for.
void loop_change(struct watch *watch, uint32_t events);
/// Stops to watch; the descriptor stays open.
void loop_remove(struct watch *watch);
/// Frees memory that holds stopped watches once no queued event can refer to it. The first pointer's worth of the
/// memory is overwritten, so it must not be part of a watch.
void loop_free_later(void *memory);
_Noreturn void loop_run(void);

/// A one-shot timer: (re)armed to fire after `milliseconds`.
struct timer {
    struct watch watch;
    void (*fired)(void);
};
void timer_start(struct timer *timer, int milliseconds, void (*fired)(void));

/// Says on the error output what failed, with errno's text, and ends the sandbox.
_Noreturn void die(const char *what);

#endif
