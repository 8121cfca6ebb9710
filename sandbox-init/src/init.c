// palana-init: PID 1 of a local sandbox.
//
//   palana-init --mode root|user --uid N --control FD --gateway SOCKET
//               [--open-files N] [--processes N] [--memory BYTES] [--readable PATH]... [--writable PATH]...
//
// It binds loopback's ports 3128, 443 and 80 (streams go to the agent's Unix socket, forward.c) and 53 (names are
// answered with loopback, dns.c), gives up what it doesn't need any more, says `ready`, and then starts the agent and
// whatever is exec'd beside it when the supervisor asks (control.c, process.c), each under the same confinement (confine.c,
// seccomp.c). It ends with the agent, or when the supervisor's end of the control socket closes.
#define _GNU_SOURCE
#include <fcntl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "confine.h"
#include "control.h"
#include "dns_server.h"
#include "forward.h"
#include "listeners.h"
#include "loop.h"
#include "namespaces.h"
#include "options.h"
#include "process.h"

static _Noreturn void usage(void) {
    fprintf(stderr, "usage: palana-init --mode root|user --uid N --control FD --gateway SOCKET"
                    " [--open-files N] [--processes N] [--memory BYTES] [--readable PATH]... [--writable PATH]...\n");
    _exit(125);
}

static uint64_t number(const char *text) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || *text < '0' || *text > '9' || *end != 0) usage();
    return value;
}

static void add_mount(struct options *options, const char *path, bool writable) {
    if (options->mount_count == most_mounts) usage();
    options->mounts[options->mount_count].path = path;
    options->mounts[options->mount_count++].writable = writable;
}

static struct options parse(int argc, char **argv) {
    struct options options = {.control = -1};
    if (argc % 2 == 0) usage();
    for (int i = 1; i < argc; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        if (strcmp(name, "--mode") == 0) options.user_mode = strcmp(value, "root") != 0;
        else if (strcmp(name, "--uid") == 0) options.uid = (uid_t)number(value);
        else if (strcmp(name, "--control") == 0) options.control = (int)number(value);
        else if (strcmp(name, "--gateway") == 0) options.gateway = value;
        else if (strcmp(name, "--open-files") == 0) options.open_files = number(value);
        else if (strcmp(name, "--processes") == 0) options.processes = number(value);
        else if (strcmp(name, "--memory") == 0) options.memory = number(value);
        else if (strcmp(name, "--readable") == 0) add_mount(&options, value, false);
        else if (strcmp(name, "--writable") == 0) add_mount(&options, value, true);
        else usage();
    }
    bool whole = options.control >= 3 && options.uid > 0 && options.gateway &&
                 strlen(options.gateway) < sizeof((struct sockaddr_un *)0)->sun_path;
    if (!whole) usage();
    return options;
}

/// Nothing but the control socket may have been inherited, and no child of ours inherits that.
static void keep_only(int control) {
    if (control > 3) close_range(3, (unsigned)control - 1, 0);
    close_range((unsigned)control + 1, ~0U, 0);
    if (fcntl(control, F_SETFD, FD_CLOEXEC) != 0) die("the control socket is not open");
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0) die("/dev/null");
    close(null);
}

static void serve_loopback(const char *gateway) {
    const uint16_t ports[] = {3128, 443, 80};
    for (int ipv6 = 0; ipv6 <= 1; ipv6++) {
        for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
            int listener = bind_loopback(ipv6, SOCK_STREAM, ports[i]);
            if (listener >= 0) forward_accept(listener, gateway);
        }
        int datagrams = bind_loopback(ipv6, SOCK_DGRAM, 53);
        int streams = bind_loopback(ipv6, SOCK_STREAM, 53);
        if (datagrams >= 0) dns_serve_datagrams(datagrams);
        if (streams >= 0) dns_serve_streams(streams);
    }
}

int main(int argc, char **argv) {
    static struct options options;
    options = parse(argc, argv);
    if (getpid() != 1) {
        fprintf(stderr, "palana-init: must be the first process of a sandbox\n");
        return 125;
    }
    keep_only(options.control);
    clearenv();
    loop_start();
    bring_loopback_up();
    serve_loopback(options.gateway);
    if (options.user_mode) make_agent_namespaces(&options);
    process_begin(&options);
    confine_init(&options);
    control_serve(options.control);
    control_send(control_ready, 0, NULL, 0, -1);
    loop_run();
}
