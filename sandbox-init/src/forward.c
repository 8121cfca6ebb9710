#define _GNU_SOURCE
#include "forward.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"

enum {
    most_streams = 4096,
    chunk = 16 << 10,
    reads_in_a_row = 8,     // then the other streams have their turn
    most_listeners = 8,
    retry_milliseconds = 10,
    most_discarded = 1 << 20,  // then the client is cut off; until then it may read the answer
    most_retries = 500,     // 5 s: then the client's connection is closed
    linger_milliseconds = 1000,  // how long a client may go on to send once the gateway is gone both ways
};

/// One end of a stream. What was read from the other end and couldn't be written yet waits in `pending`.
struct end {
    struct watch watch;
    struct stream *stream;
    struct end *other;
    uint8_t *pending;
    size_t pending_from, pending_to;
    bool read_done;   // it sent its end of stream
    bool write_done;  // we sent it ours
};

struct stream {
    struct stream *next;  // first, as loop_free_later links by it; also links the streams that wait for the gateway
    struct end client, gateway;
    int retries;
    size_t discarded;  // sent by the client after the gateway had stopped to read
    struct stream *later, **link;  // among those that linger; link is NULL for all others
    int64_t end_of_linger;
};

static struct watch listeners[most_listeners];
static int listener_count;
static struct sockaddr_un gateway_address = {.sun_family = AF_UNIX};
static int open_streams, stream_limit;
static struct stream *waiting;  // not connected yet: the gateway's listen queue was full
static struct timer retry_timer;
static struct stream *lingering, **last_link = &lingering;  // the gateway is gone; who goes first stands first
static struct timer linger_timer;
static uint8_t buffer[chunk];

static void pause_listeners(bool paused) {
    for (int i = 0; i < listener_count; i++) loop_change(&listeners[i], paused ? 0 : EPOLLIN);
}

static void close_end(struct end *end) {
    loop_remove(&end->watch);
    if (end->watch.fd >= 0) close(end->watch.fd);
    free(end->pending);
    end->pending = NULL;
}

static void close_stream(struct stream *stream) {
    if (stream->link) {
        *stream->link = stream->later;
        if (stream->later)
            stream->later->link = stream->link;
        else
            last_link = stream->link;
    }
    close_end(&stream->client);
    close_end(&stream->gateway);
    loop_free_later(stream);
    if (open_streams-- == stream_limit) pause_listeners(false);
}

static int64_t milliseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void end_lingering(void) {
    int64_t now = milliseconds();
    while (lingering && lingering->end_of_linger <= now) close_stream(lingering);
    if (lingering) timer_start(&linger_timer, (int)(lingering->end_of_linger - now), end_lingering);
}

/// The client has all that the gateway said, and nobody reads what it says: it is cut off in a moment, even if it never
/// stops to send. Not at once: what it has not read yet would be lost.
static void linger(struct stream *stream) {
    if (stream->link) return;
    stream->end_of_linger = milliseconds() + linger_milliseconds;
    stream->link = last_link;
    *last_link = stream;
    last_link = &stream->later;
    if (lingering == stream) timer_start(&linger_timer, linger_milliseconds, end_lingering);
}

/// Nothing can be written to this end any more. False when that is the end of the whole stream: without its client
/// nobody is to be served; the gateway, though, may have answered before it closed, so its answer is still read.
static bool stop_writing(struct end *end) {
    end->write_done = true;
    free(end->pending);
    end->pending = NULL;
    return end == &end->stream->gateway;
}

/// Writes what waits for this end, then the end of stream when its time has come. False when the stream is over.
static bool flush(struct end *end) {
    while (end->pending) {
        ssize_t sent = send(end->watch.fd, end->pending + end->pending_from, end->pending_to - end->pending_from,
                            MSG_NOSIGNAL);
        if (sent < 0) return errno == EAGAIN || errno == EINTR || stop_writing(end);
        end->pending_from += (size_t)sent;
        if (end->pending_from == end->pending_to) {
            free(end->pending);
            end->pending = NULL;
        }
    }
    if (end->other->read_done && !end->write_done) {
        end->write_done = true;
        shutdown(end->watch.fd, SHUT_WR);
    }
    return true;
}

/// Writes `size` bytes of `buffer`, keeping what doesn't fit. False when the stream is over or memory is short.
static bool put(struct end *end, size_t size) {
    if (end->write_done) return (end->stream->discarded += size) < most_discarded;
    ssize_t sent = send(end->watch.fd, buffer, size, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return stop_writing(end);
    size_t done = sent < 0 ? 0 : (size_t)sent;
    if (done == size) return true;
    end->pending = malloc(size - done);
    if (!end->pending) return false;
    memcpy(end->pending, buffer + done, size - done);
    end->pending_from = 0;
    end->pending_to = size - done;
    return true;
}

/// Moves bytes that arrived at `from` to its other end. False when the stream is over.
static bool pump(struct end *from) {
    struct end *to = from->other;
    for (int i = 0; i < reads_in_a_row && !to->pending && !from->read_done; i++) {
        ssize_t count = recv(from->watch.fd, buffer, sizeof buffer, 0);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
        if (count < 0 && from == &from->stream->client) return false;
        if (count <= 0)
            from->read_done = true;
        else if (!put(to, (size_t)count))
            return false;
    }
    return flush(to);
}

static void watch_end(struct end *end) {
    uint32_t events = 0;
    if (!end->read_done && !end->other->pending) events |= EPOLLIN;
    if (end->pending) events |= EPOLLOUT;
    loop_change(&end->watch, events);
}

static bool is_over(const struct stream *stream) {
    return stream->client.read_done && stream->gateway.read_done && !stream->client.pending && !stream->gateway.pending;
}

static void end_ready(struct watch *watch, uint32_t events) {
    struct end *end = (struct end *)watch, *other = end->other;
    struct stream *stream = end->stream;
    bool hung_up = events & (EPOLLHUP | EPOLLERR);
    if (!flush(end) || !pump(end) || is_over(stream)) return close_stream(stream);
    if (hung_up && end->read_done && !other->pending) {
        // Both directions of this end are gone, and all that it sent has been passed on.
        if (end == &stream->client) return close_stream(stream);
        stop_writing(end);
    }
    // A hang-up is reported over and over: look away until the other end has taken what waits for it.
    if (hung_up && (end->read_done || other->pending))
        loop_remove(&end->watch);
    else
        watch_end(end);
    bool look_again = !other->watch.ready && !end->pending && !(other->read_done && other->write_done);
    if (look_again && loop_add(&other->watch, other->watch.fd, EPOLLIN, end_ready) != 0) return close_stream(stream);
    watch_end(other);
    if (stream->gateway.read_done && stream->gateway.write_done && !stream->client.pending) linger(stream);
}

/// 1 connected, 0 to be tried again, -1 failed.
static int connect_gateway(struct stream *stream) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (connect(fd, (struct sockaddr *)&gateway_address, sizeof gateway_address) != 0) {
        int error = errno;
        close(fd);
        return error == EAGAIN && ++stream->retries < most_retries ? 0 : -1;
    }
    if (loop_add(&stream->gateway.watch, fd, EPOLLIN, end_ready) != 0) {
        close(fd);
        return -1;
    }
    if (loop_add(&stream->client.watch, stream->client.watch.fd, EPOLLIN, end_ready) != 0) return -1;
    return 1;
}

static void retry_waiting(void) {
    struct stream *tried = waiting;
    waiting = NULL;
    while (tried) {
        struct stream *stream = tried;
        tried = stream->next;
        int result = connect_gateway(stream);
        if (result < 0) close_stream(stream);
        if (result != 0) continue;
        stream->next = waiting;
        waiting = stream;
    }
    if (waiting) timer_start(&retry_timer, retry_milliseconds, retry_waiting);
}

static void begin_stream(int client) {
    struct stream *stream = calloc(1, sizeof *stream);
    if (!stream) {
        close(client);
        return;
    }
    int one = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    stream->client = (struct end){.watch.fd = client, .stream = stream, .other = &stream->gateway};
    stream->gateway = (struct end){.watch.fd = -1, .stream = stream, .other = &stream->client};
    if (++open_streams == stream_limit) pause_listeners(true);
    int result = connect_gateway(stream);
    if (result < 0) close_stream(stream);
    if (result == 0) {
        stream->next = waiting;
        waiting = stream;
        if (!stream->next) timer_start(&retry_timer, retry_milliseconds, retry_waiting);
    }
}

static void listener_ready(struct watch *watch, uint32_t events) {
    (void)events;
    for (int i = 0; i < 64 && open_streams < stream_limit; i++) {
        int client = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client < 0) return;
        begin_stream(client);
    }
}

/// Two descriptors a stream, and some for everything else.
static int limit_by_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) die("getrlimit");
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) die("setrlimit");
    long streams = ((long)(limit.rlim_cur > 1 << 20 ? 1 << 20 : limit.rlim_cur) - 128) / 2;
    return streams < most_streams ? (int)streams : most_streams;
}

void forward_accept(int listener, const char *socket_path) {
    if (stream_limit == 0) {
        stream_limit = limit_by_descriptors();
        strncpy(gateway_address.sun_path, socket_path, sizeof gateway_address.sun_path - 1);
    }
    if (listener_count == most_listeners) die("too many listeners");
    if (loop_add(&listeners[listener_count++], listener, EPOLLIN, listener_ready) != 0) die("epoll_ctl");
}
