// palana-echo: the two ends of the forwarder's test.
//
//   palana-echo serve SOCKET      a Unix socket that sends back what it gets, then its end of stream after the client's
//   palana-echo check PORT N SIZE N connections to 127.0.0.1:PORT, all open at once; through each SIZE bytes of its own,
//                                 then the end of stream; prints how many came back whole and were ended
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void *echo(void *argument) {
    int fd = (int)(long)argument;
    char buffer[16384];
    for (ssize_t count; (count = read(fd, buffer, sizeof buffer)) > 0;)
        for (ssize_t done = 0, sent; done < count; done += sent)
            if ((sent = send(fd, buffer + done, (size_t)(count - done), MSG_NOSIGNAL)) < 0) break;
    shutdown(fd, SHUT_WR);
    close(fd);
    return NULL;
}

static int serve(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 64) != 0) return 1;
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 << 10);
    pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        pthread_t thread;
        if (fd >= 0 && pthread_create(&thread, &small, echo, (void *)(long)fd) != 0) close(fd);
    }
}

static int dial(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) return -1;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static unsigned char byte_at(int connection, long position) {
    return (unsigned char)(connection * 31 + position * 7 + position / 251);
}

struct link {
    long sent, got;
    int whole;
};

/// Sends and checks what one connection is ready for.
static void step(struct pollfd *polled, struct link *link, int index, long size) {
    unsigned char buffer[8192];
    if (polled->revents & POLLOUT) {
        long count = size - link->sent < (long)sizeof buffer ? size - link->sent : (long)sizeof buffer;
        for (long i = 0; i < count; i++) buffer[i] = byte_at(index, link->sent + i);
        ssize_t sent = send(polled->fd, buffer, (size_t)count, MSG_NOSIGNAL);
        if (sent > 0) link->sent += sent;
        if (link->sent == size) {
            shutdown(polled->fd, SHUT_WR);
            polled->events = POLLIN;
        }
    }
    if (!(polled->revents & (POLLIN | POLLHUP | POLLERR))) return;
    ssize_t count = read(polled->fd, buffer, sizeof buffer);
    int wrong = count < 0 && errno != EAGAIN;
    for (long i = 0; i < count; i++) wrong |= buffer[i] != byte_at(index, link->got + i);
    if (count > 0) link->got += count;
    if (count == 0 || wrong) {
        link->whole = !wrong && link->got == size;
        polled->fd = -1;
    }
}

static int check(int port, int count, long size) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    struct pollfd *polled = calloc((size_t)count, sizeof *polled);
    struct link *links = calloc((size_t)count, sizeof *links);
    for (int i = 0; i < count; i++) polled[i] = (struct pollfd){.fd = dial(port), .events = POLLIN | POLLOUT};
    for (;;) {
        int open = 0, whole = 0;
        for (int i = 0; i < count; i++) open += polled[i].fd >= 0, whole += links[i].whole;
        if (open == 0 || poll(polled, (nfds_t)count, 20000) <= 0) {
            printf("%d whole, %d open\n", whole, open);
            return whole != count;
        }
        for (int i = 0; i < count; i++)
            if (polled[i].fd >= 0 && polled[i].revents) step(&polled[i], &links[i], i, size);
    }
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "serve") == 0) return serve(argv[2]);
    if (argc == 5 && strcmp(argv[1], "check") == 0) return check(atoi(argv[2]), atoi(argv[3]), atol(argv[4]));
    return 2;
}
