#define _GNU_SOURCE
#include "control.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"
#include "process.h"

enum { largest_message = 4 << 20, most_fds = 3 };

static struct watch watch;

/// The message being read.
static struct {
    struct control_header header;
    size_t got;  // bytes of header and payload so far
    char *payload;
    int fds[most_fds];
    int fd_count;
} incoming;

static void close_incoming_fds(void) {
    for (int i = 0; i < incoming.fd_count; i++) close(incoming.fds[i]);
    incoming.fd_count = 0;
}

void control_send(enum control_kind kind, uint64_t id, const void *bytes, uint32_t size, int fd) {
    struct control_header header = {.size = size, .kind = (uint16_t)kind, .fds = fd >= 0, .id = id};
    struct iovec parts[2] = {{&header, sizeof header}, {(void *)bytes, size}};
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    if (fd >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
        *rights = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
        memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    }
    while (parts[1].iov_len > 0 || parts[0].iov_len > 0) {
        ssize_t sent = sendmsg(watch.fd, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno == EAGAIN) {  // the supervisor reads these small messages at once
            poll(&(struct pollfd){.fd = watch.fd, .events = POLLOUT}, 1, -1);
            continue;
        }
        if (sent < 0) _exit(125);
        message.msg_controllen = 0;
        for (int i = 0; i < 2; i++) {
            size_t part = (size_t)sent < parts[i].iov_len ? (size_t)sent : parts[i].iov_len;
            parts[i].iov_base = (char *)parts[i].iov_base + part;
            parts[i].iov_len -= part;
            sent -= (ssize_t)part;
        }
    }
}

static void refuse(uint64_t id, const char *why) {
    control_send(control_failed, id, why, (uint32_t)strlen(why), -1);
}

/// Points `count` entries of `list` (and a final NULL) at zero-ended strings from `*at` on. False when they run over.
static bool take_strings(char **at, char *end, char **list, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        char *zero = memchr(*at, 0, (size_t)(end - *at));
        if (!zero) return false;
        list[i] = *at;
        *at = zero + 1;
    }
    list[count] = NULL;
    return true;
}

static void handle_start(void) {
    struct {
        uint32_t flags;
        uint16_t rows, columns;
        uint32_t argc, envc;
    } fixed;
    struct process_request request = {.id = incoming.header.id};
    char *at = incoming.payload, *end = at + incoming.header.size;
    char *folder[2];
    if (incoming.header.size < sizeof fixed) return refuse(request.id, "the start message is too short");
    memcpy(&fixed, at, sizeof fixed);
    at += sizeof fixed;
    if (fixed.argc == 0 || fixed.argc > largest_message || fixed.envc > largest_message)
        return refuse(request.id, "the start message names no program");
    request.tty = fixed.flags & control_tty;
    request.agent = fixed.flags & control_agent;
    request.rows = fixed.rows;
    request.columns = fixed.columns;
    request.arguments = calloc(fixed.argc + 1, sizeof(char *));
    request.environment = calloc(fixed.envc + 1, sizeof(char *));
    bool whole = request.arguments && request.environment && take_strings(&at, end, request.arguments, fixed.argc) &&
                 take_strings(&at, end, request.environment, fixed.envc) && take_strings(&at, end, folder, 1);
    if (!whole || incoming.fd_count != (request.tty ? 0 : 3)) {
        refuse(request.id, "the start message is malformed");
    } else {
        request.folder = folder[0];
        memcpy(request.fds, incoming.fds, sizeof request.fds);
        process_start(&request);
    }
    free(request.arguments);
    free(request.environment);
}

static void handle(void) {
    uint32_t number = 0;
    if (incoming.header.kind != control_start && incoming.header.size == sizeof number)
        memcpy(&number, incoming.payload, sizeof number);
    switch (incoming.header.kind) {
    case control_start: return handle_start();
    case control_signal: return process_signal(incoming.header.id, (int)number);
    case control_stop: return process_stop(number);
    case control_pause: return process_pause(number != 0);
    default: fprintf(stderr, "palana-init: unknown control message %u\n", incoming.header.kind);
    }
}

static void keep_fds(struct msghdr *message) {
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
            if (incoming.fd_count < most_fds)
                incoming.fds[incoming.fd_count++] = fd;
            else
                close(fd);
        }
    }
}

/// Reads towards the end of the current message; false when the socket has nothing more for now.
static bool read_some(void) {
    const size_t head = sizeof incoming.header;
    bool in_header = incoming.got < head;
    struct iovec part = in_header
        ? (struct iovec){(char *)&incoming.header + incoming.got, head - incoming.got}
        : (struct iovec){incoming.payload + (incoming.got - head), incoming.header.size - (incoming.got - head)};
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(sizeof(int) * most_fds)];
    } control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t count = recvmsg(watch.fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (count < 0) return errno == EINTR ? true : errno == EAGAIN ? false : (_exit(125), false);
    if (count == 0) _exit(125);  // the supervisor is gone: so is the sandbox
    keep_fds(&message);
    incoming.got += (size_t)count;
    if (incoming.got == head) {
        if (incoming.header.size > largest_message) die("a control message is too large");
        incoming.payload = malloc(incoming.header.size + 1);
        if (!incoming.payload) die("malloc");
    }
    return true;
}

static void control_ready_to_read(struct watch *itself, uint32_t events) {
    (void)itself, (void)events;
    while (read_some()) {
        if (incoming.got < sizeof incoming.header || incoming.got < sizeof incoming.header + incoming.header.size)
            continue;
        handle();
        close_incoming_fds();
        free(incoming.payload);
        incoming.payload = NULL;
        incoming.got = 0;
    }
}

void control_serve(int fd) {
    if (loop_add(&watch, fd, EPOLLIN, control_ready_to_read) != 0) die("the control socket");
}
