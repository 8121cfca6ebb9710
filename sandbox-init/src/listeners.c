#define _GNU_SOURCE
#include "listeners.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"

enum { backlog = 4096 };

void bring_loopback_up(void) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {.ifr_name = "lo"};
    if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) != 0) die("can't read the state of lo");
    if (!(request.ifr_flags & IFF_UP)) {
        request.ifr_flags |= IFF_UP;
        if (ioctl(fd, SIOCSIFFLAGS, &request) != 0) die("can't bring lo up");
    }
    close(fd);
}

int bind_loopback(bool ipv6, int type, uint16_t port) {
    int fd = socket(ipv6 ? AF_INET6 : AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 && ipv6 && errno == EAFNOSUPPORT) return -1;
    if (fd < 0) die("socket");
    int one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    int result;
    if (ipv6) {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
        struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port),
                                       .sin6_addr = IN6ADDR_LOOPBACK_INIT};
        result = bind(fd, (struct sockaddr *)&address, sizeof address);
    } else {
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port),
                                      .sin_addr = {htonl(INADDR_LOOPBACK)}};
        result = bind(fd, (struct sockaddr *)&address, sizeof address);
    }
    if (result != 0 && ipv6 && errno == EADDRNOTAVAIL) {  // IPv6 switched off for this interface
        close(fd);
        return -1;
    }
    char what[64];
    snprintf(what, sizeof what, "can't bind %s:%u", ipv6 ? "[::1]" : "127.0.0.1", port);
    if (result != 0 || (type == SOCK_STREAM && listen(fd, backlog) != 0)) die(what);
    return fd;
}
