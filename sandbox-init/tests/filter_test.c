// Holds the allow-list against containerd's, then runs palana-probe's calls under the filter alone, as an ordinary
// user.
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "containerd.h"
#include "seccomp.h"
#include "syscalls.h"

#define NAME(name) #name,
static const char *const ours[] = {
    COMMON(NAME) X86_64_ONLY(NAME) AARCH64_ONLY(NAME)
    "cachestat", "fchmodat2", "futex_wake", "futex_wait", "futex_requeue",
    "clone", "socket", "socketpair", "ioctl", "personality", "prlimit64",
};

static int is_theirs(const char *name) {
    for (size_t i = 0; i < sizeof containerd / sizeof *containerd; i++)
        if (strcmp(name, containerd[i]) == 0) return 1;
    return 0;
}

static int wider_than_theirs(void) {
    int wider = 0;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (!is_theirs(ours[i])) printf("%s: containerd's default doesn't allow it\n", ours[i]), wider++;
    return wider;
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    if (wider_than_theirs() != 0) return 1;
    fflush(stdout);
    if (geteuid() == 0 && (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)) return 2;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || install_filter() != 0) {
        perror("filter_test: install_filter");
        return 1;
    }
    execl(argv[1], argv[1], (char *)NULL);
    perror("filter_test: execl");
    return 1;
}
