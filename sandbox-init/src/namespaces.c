#define _GNU_SOURCE
#include "namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop.h"

static int user_namespace = -1, mount_namespace = -1;

static int write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t size = (ssize_t)strlen(text);
    int result = write(fd, text, (size_t)size) == size ? 0 : -1;
    close(fd);
    return result;
}

/// Makes the namespaces around the calling process. NULL, or what failed.
static const char *make_around_us(const struct options *options) {
    uid_t outer_uid = getuid();
    gid_t outer_gid = getgid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return "unshare";
    char map[64];
    if (write_file("/proc/self/setgroups", "deny") != 0) return "/proc/self/setgroups";
    snprintf(map, sizeof map, "%u %u 1\n", options->uid, outer_gid);
    if (write_file("/proc/self/gid_map", map) != 0) return "/proc/self/gid_map";
    snprintf(map, sizeof map, "%u %u 1\n", options->uid, outer_uid);
    if (write_file("/proc/self/uid_map", map) != 0) return "/proc/self/uid_map";

    char *path = strdup(options->gateway);
    if (!path) return "strdup";
    const unsigned long flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (mount("tmpfs", dirname(path), "tmpfs", flags, "size=4k,mode=0555") != 0) return "can't cover the socket";
    return NULL;
}

/// The child's side: reports readiness by a byte and stays until it has been looked at.
static _Noreturn void hold(const struct options *options, int channel) {
    const char *failure = make_around_us(options);
    if (failure) {
        fprintf(stderr, "palana-init: the agent's namespaces: %s: %s\n", failure, strerror(errno));
        _exit(1);
    }
    char byte = 1;
    if (write(channel, &byte, 1) != 1) _exit(1);
    _exit(read(channel, &byte, 1) == 1 ? 0 : 1);
}

static int open_namespace(pid_t child, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/%s", child, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) die(path);
    return fd;
}

void make_agent_namespaces(const struct options *options) {
    int channel[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0) die("socketpair");
    pid_t child = fork();
    if (child < 0) die("fork");
    if (child == 0) {
        close(channel[0]);
        hold(options, channel[1]);
    }
    close(channel[1]);
    char byte;
    if (read(channel[0], &byte, 1) != 1) _exit(125);  // the child has said why
    user_namespace = open_namespace(child, "user");
    mount_namespace = open_namespace(child, "mnt");
    if (write(channel[0], &byte, 1) != 1) die("the agent's namespaces");
    close(channel[0]);
    int status;
    if (waitpid(child, &status, 0) != child || status != 0) die("the agent's namespaces");
}

int join_agent_namespaces(void) {
    if (setns(user_namespace, CLONE_NEWUSER) != 0) return -1;
    return setns(mount_namespace, CLONE_NEWNS);
}
