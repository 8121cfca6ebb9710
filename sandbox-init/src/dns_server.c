#define _GNU_SOURCE
#include "dns_server.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dns.h"
#include "loop.h"

enum { largest_query = 1232, most_connections = 64, most_sockets = 4, answers_in_a_row = 64 };

/// One TCP connection: gathers a question with its two bytes of size before it.
struct connection {
    void *link;  // loop_free_later's
    struct watch watch;
    size_t size;
    uint8_t bytes[2 + largest_query];
};

static struct watch sockets[most_sockets];
static int socket_count, connection_count;

static struct watch *next_socket(void) {
    if (socket_count == most_sockets) die("too many DNS sockets");
    return &sockets[socket_count++];
}

static void datagram_ready(struct watch *watch, uint32_t events) {
    (void)events;
    for (int i = 0; i < answers_in_a_row; i++) {
        struct sockaddr_storage from;
        socklen_t from_size = sizeof from;
        uint8_t query[largest_query], answer[dns_largest_answer];
        ssize_t count = recvfrom(watch->fd, query, sizeof query, 0, (struct sockaddr *)&from, &from_size);
        if (count < 0) return;
        size_t size = dns_answer(query, (size_t)count, answer);
        // A full queue loses the answer, as UDP may: the program asks again.
        if (size > 0) sendto(watch->fd, answer, size, MSG_NOSIGNAL, (struct sockaddr *)&from, from_size);
    }
}

void dns_serve_datagrams(int fd) {
    if (loop_add(next_socket(), fd, EPOLLIN, datagram_ready) != 0) die("epoll_ctl");
}

static void close_connection(struct connection *connection) {
    loop_remove(&connection->watch);
    close(connection->watch.fd);
    connection_count--;
    loop_free_later(connection);
}

/// Answers each whole question in the buffer; -1 when the connection must close.
static int answer_gathered(struct connection *connection) {
    while (connection->size >= 2) {
        size_t query = (size_t)connection->bytes[0] << 8 | connection->bytes[1];
        if (query > largest_query) return -1;
        if (connection->size < 2 + query) return 0;
        uint8_t answer[2 + dns_largest_answer];
        size_t size = dns_answer(connection->bytes + 2, query, answer + 2);
        answer[0] = (uint8_t)(size >> 8);
        answer[1] = (uint8_t)size;
        // A client that doesn't read its answers is not worth a buffer.
        if (size == 0 || send(connection->watch.fd, answer, 2 + size, MSG_NOSIGNAL) != (ssize_t)(2 + size)) return -1;
        connection->size -= 2 + query;
        memmove(connection->bytes, connection->bytes + 2 + query, connection->size);
    }
    return 0;
}

static void connection_ready(struct watch *watch, uint32_t events) {
    (void)events;
    struct connection *connection = (struct connection *)((char *)watch - offsetof(struct connection, watch));
    ssize_t count = recv(watch->fd, connection->bytes + connection->size,
                         sizeof connection->bytes - connection->size, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return close_connection(connection);
    connection->size += (size_t)count;
    if (answer_gathered(connection) != 0) close_connection(connection);
}

static void stream_ready(struct watch *watch, uint32_t events) {
    (void)events;
    int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    struct connection *connection = connection_count < most_connections ? calloc(1, sizeof *connection) : NULL;
    if (!connection || loop_add(&connection->watch, fd, EPOLLIN, connection_ready) != 0) {
        free(connection);
        close(fd);
        return;
    }
    connection_count++;
}

void dns_serve_streams(int fd) {
    if (loop_add(next_socket(), fd, EPOLLIN, stream_ready) != 0) die("epoll_ctl");
}
