#define _GNU_SOURCE
#include "loop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { batch_size = 128 };

struct grave {
    struct grave *next;
};

static int epoll = -1;
static struct grave *graves;  // memory to free after the batch; its own first bytes link it

void die(const char *what) {
    fprintf(stderr, "palana-init: %s: %s\n", what, strerror(errno));
    _exit(125);
}

void loop_start(void) {
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) die("epoll_create1");
}

int loop_add(struct watch *watch, int fd, uint32_t events, void (*ready)(struct watch *, uint32_t)) {
    *watch = (struct watch){.ready = ready, .fd = fd, .events = events};
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0) return 0;
    watch->ready = NULL;
    return -1;
}

void loop_change(struct watch *watch, uint32_t events) {
    if (!watch->ready || watch->events == events) return;
    watch->events = events;
    struct epoll_event event = {.events = events, .data.ptr = watch};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, watch->fd, &event) != 0) die("epoll_ctl");
}

void loop_remove(struct watch *watch) {
    if (!watch->ready) return;
    watch->ready = NULL;
    epoll_ctl(epoll, EPOLL_CTL_DEL, watch->fd, NULL);
}

void loop_free_later(void *memory) {
    struct grave *grave = memory;
    grave->next = graves;
    graves = grave;
}

static void dig(void) {
    while (graves) {
        struct grave *next = graves->next;
        free(graves);
        graves = next;
    }
}

void loop_run(void) {
    struct epoll_event events[batch_size];
    for (;;) {
        int count = epoll_wait(epoll, events, batch_size, -1);
        if (count < 0 && errno != EINTR) die("epoll_wait");
        for (int i = 0; i < count; i++) {
            struct watch *watch = events[i].data.ptr;
            if (watch->ready) watch->ready(watch, events[i].events);
        }
        dig();
    }
}

static void timer_ready(struct watch *watch, uint32_t events) {
    (void)events;
    uint64_t expirations;
    if (read(watch->fd, &expirations, sizeof expirations) != sizeof expirations) return;
    ((struct timer *)watch)->fired();
}

void timer_start(struct timer *timer, int milliseconds, void (*fired)(void)) {
    if (!timer->watch.ready) {
        int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
        if (fd < 0 || loop_add(&timer->watch, fd, EPOLLIN, timer_ready) != 0) die("timerfd");
    }
    timer->fired = fired;
    if (milliseconds < 1) milliseconds = 1;
    struct itimerspec when = {.it_value = {milliseconds / 1000, (milliseconds % 1000) * 1000000L}};
    if (timerfd_settime(timer->watch.fd, 0, &when, NULL) != 0) die("timerfd_settime");
}
