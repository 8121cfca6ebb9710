// palana-sidecar: PID 1 of the containers beside the gateway's, Envoy's and OPA's.
//
//   palana-sidecar [--await PATH] [--linger SECONDS] -- PROGRAM ARGUMENT...
//
// Containers of a pod start in no order and are all told to end at once. So this waits until PATH is there (what the
// gateway makes for the program) before it starts PROGRAM, and passes SIGTERM or SIGINT on only after SECONDS, in which
// the gateway stops being sent to. Kubernetes has no setting for core dumps: this forbids them, for keys and secrets pass
// through the program's memory.
//
// Exit status: the program's, 128+n when signal n ended it, 0 when it was told to end before the program started, 125 when
// the sidecar failed, 126/127 when the program could not be run or was not found.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { sidecar_failed = 125, not_runnable = 126, not_found = 127, longest_linger = 3600 };

struct options {
    const char *awaited;
    int linger;
    char **command;
};

static void fail(const char *what) {
    fprintf(stderr, "palana-sidecar: %s: %s\n", what, strerror(errno));
    _exit(sidecar_failed);
}

static void usage(void) {
    fprintf(stderr, "usage: palana-sidecar [--await PATH] [--linger SECONDS] -- PROGRAM ARGUMENT...\n");
    _exit(sidecar_failed);
}

static int seconds(const char *text) {
    char *end = NULL;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value < 0 || value > longest_linger) usage();
    return (int)value;
}

static struct options parse(int argc, char **argv) {
    struct options options = {0};
    int i = 1;
    for (; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2) {
        if (strcmp(argv[i], "--await") == 0)
            options.awaited = argv[i + 1];
        else if (strcmp(argv[i], "--linger") == 0)
            options.linger = seconds(argv[i + 1]);
        else
            usage();
    }
    if (i + 1 >= argc || strcmp(argv[i], "--") != 0) usage();
    options.command = argv + i + 1;
    return options;
}

/// As palana-guard does: 1 and not 0, which lets dumps that are piped to a program through (core(5)).
static void forbid_core_dumps(void) {
    struct rlimit one = {1, 1};
    struct rlimit now;
    if (getrlimit(RLIMIT_CORE, &now) == 0 && now.rlim_max < 1) one.rlim_cur = one.rlim_max = now.rlim_max;
    if (setrlimit(RLIMIT_CORE, &one) != 0) fail("can't limit core dumps");
}

/// Waits for a signal until `until`, by the monotonic clock; without one for ever. 0 when the time is over.
static int next_signal(const sigset_t *signals, const struct timespec *until) {
    for (;;) {
        struct timespec now, rest;
        if (until) {
            clock_gettime(CLOCK_MONOTONIC, &now);
            rest.tv_sec = until->tv_sec - now.tv_sec;
            rest.tv_nsec = until->tv_nsec - now.tv_nsec;
            if (rest.tv_nsec < 0) rest.tv_sec--, rest.tv_nsec += 1000000000;
            if (rest.tv_sec < 0) return 0;
        }
        int number = until ? sigtimedwait(signals, NULL, &rest) : sigwaitinfo(signals, NULL);
        if (number > 0) return number;
        if (errno == EAGAIN) return 0;
        if (errno != EINTR) fail("can't wait for signals");
    }
}

static struct timespec from_now(int whole_seconds, long nanoseconds) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += whole_seconds;
    time.tv_nsec += nanoseconds;
    if (time.tv_nsec >= 1000000000) time.tv_sec++, time.tv_nsec -= 1000000000;
    return time;
}

/// False when it was told to end meanwhile.
static bool await(const char *path, const sigset_t *signals) {
    while (access(path, F_OK) != 0) {
        struct timespec soon = from_now(0, 50000000);
        int number = next_signal(signals, &soon);
        if (number == SIGTERM || number == SIGINT) return false;
    }
    return true;
}

static pid_t start(char **command, const sigset_t *before) {
    pid_t own = getpid();
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child > 0) return child;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail("can't set the parent-death signal");
    if (getppid() != own) _exit(sidecar_failed);  // it died before the signal was armed
    sigprocmask(SIG_SETMASK, before, NULL);
    execvp(command[0], command);
    int error = errno;
    fprintf(stderr, "palana-sidecar: can't run %s: %s\n", command[0], strerror(error));
    _exit(error == ENOENT ? not_found : not_runnable);
}

/// Reaps the child, and whatever else PID 1 inherits. -1 while the child runs.
static int status_of(pid_t child) {
    int status, result = -1;
    pid_t ended;
    while ((ended = waitpid(-1, &status, WNOHANG)) > 0)
        if (ended == child) result = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return result;
}

/// Returns the child's exit status. The first signal to end starts the wait, further ones don't cut it short: the kubelet
/// kills who takes too long.
static int watch(pid_t child, int linger, const sigset_t *signals) {
    bool is_ending = false, is_told = false;
    struct timespec end = {0};
    for (;;) {
        int number = next_signal(signals, is_ending && !is_told ? &end : NULL);
        int status = status_of(child);
        if (status >= 0) return status;
        if (number == 0) {
            kill(child, SIGTERM);
            is_told = true;
        } else if ((number == SIGTERM || number == SIGINT) && !is_ending) {
            end = from_now(linger, 0);
            is_ending = true;
        }
    }
}

int main(int argc, char **argv) {
    struct options options = parse(argc, argv);
    forbid_core_dumps();
    sigset_t signals, before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, &before);
    if (options.awaited && !await(options.awaited, &signals)) return 0;
    return watch(start(options.command, &before), options.linger, &signals);
}
