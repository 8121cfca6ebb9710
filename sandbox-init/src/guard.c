// palana-guard: starts one child of the supervisor and makes sure that it never outlives the supervisor.
//
//   palana-guard --lifeline FD [--chdir FOLDER] [--join FILE]... -- PROGRAM ARGUMENT...
//
// FD is one end of a pipe or socket pair whose other end only the supervisor holds. When it closes (the supervisor
// ended in any way, `kill -9` too) the whole process group of the child is killed at once. If the guard itself is
// killed, the child dies by its parent-death signal. `--join` names `cgroup.procs` files that the child enters
// before it starts, `--chdir` its folder. Descriptors 0 up to FD - 1 are the child's; every one above FD is closed.
//
// Exit status: the child's, 128+n when signal n ended it, 125 when the guard failed, 126/127 when the program could
// not be run or was not found.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { guard_failed = 125, not_runnable = 126, not_found = 127, most_joins = 16 };

struct options {
    int lifeline;
    const char *folder;
    const char *joins[most_joins];
    int join_count;
    char **command;
};

static void fail(const char *what) {
    fprintf(stderr, "palana-guard: %s: %s\n", what, strerror(errno));
    _exit(guard_failed);
}

static void usage(void) {
    fprintf(stderr, "usage: palana-guard --lifeline FD [--chdir FOLDER] [--join FILE]... -- PROGRAM ARGUMENT...\n");
    _exit(guard_failed);
}

static struct options parse(int argc, char **argv) {
    struct options options = {.lifeline = -1};
    int i = 1;
    for (; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2) {
        if (strcmp(argv[i], "--lifeline") == 0)
            options.lifeline = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--chdir") == 0)
            options.folder = argv[i + 1];
        else if (strcmp(argv[i], "--join") == 0 && options.join_count < most_joins)
            options.joins[options.join_count++] = argv[i + 1];
        else
            usage();
    }
    if (options.lifeline < 3 || i + 1 >= argc || strcmp(argv[i], "--") != 0) usage();
    options.command = argv + i + 1;
    return options;
}

/// No core of anything we start may reach the disk: a limit of 1 stops dumps into files (smaller than a page) and,
/// unlike 0, dumps piped to a program too (core(5), "Piping core dumps to a program"; the kernel treats 1 so).
static void forbid_core_dumps(void) {
    struct rlimit one = {1, 1};
    struct rlimit now;
    if (getrlimit(RLIMIT_CORE, &now) == 0 && now.rlim_max < 1) one.rlim_cur = one.rlim_max = now.rlim_max;
    if (setrlimit(RLIMIT_CORE, &one) != 0) fail("can't limit core dumps");
}

static void join(const char *path) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, "0", 1) != 1) fail(path);
    close(file);
}

static _Noreturn void run_child(const struct options *options, pid_t guard) {
    if (setsid() < 0) fail("setsid");
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail("can't set the parent-death signal");
    if (getppid() != guard) _exit(guard_failed);  // the guard died before the signal was armed
    for (int i = 0; i < options->join_count; i++) join(options->joins[i]);
    if (options->folder && chdir(options->folder) != 0) fail(options->folder);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv(options->command[0], options->command);
    int error = errno;
    fprintf(stderr, "palana-guard: can't run %s: %s\n", options->command[0], strerror(error));
    _exit(error == ENOENT ? not_found : not_runnable);
}

/// The guard keeps only its error output, the lifeline and its signals; a copy of the child's descriptors held here
/// would keep pipes open that the child has closed.
static void drop_descriptors(int lifeline, int signals) {
    int null = open("/dev/null", O_RDWR);
    if (null < 0) fail("/dev/null");
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    int low = lifeline < signals ? lifeline : signals;
    int high = lifeline < signals ? signals : lifeline;
    if (low > 3) close_range(3, (unsigned)low - 1, 0);
    if (high > low + 1) close_range((unsigned)low + 1, (unsigned)high - 1, 0);
    close_range((unsigned)high + 1, ~0U, 0);
}

/// Kills what is left of the child's group, then reaps the child. The order matters: until it is reaped its number
/// can't name another group.
static int end_group(pid_t child) {
    kill(-child, SIGKILL);
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) fail("waitpid");
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static bool has_ended(pid_t child) {
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == child;
}

/// Waits for the child's end, passing signals on; returns the exit status.
static int watch(pid_t child, int lifeline, int signals) {
    struct pollfd polled[2] = {{.fd = lifeline, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    for (;;) {
        if (poll(polled, 2, -1) < 0 && errno != EINTR) fail("poll");
        if (polled[0].revents != 0) {
            kill(child, SIGKILL);
            return end_group(child);
        }
        struct signalfd_siginfo info;
        if (polled[1].revents == 0 || read(signals, &info, sizeof info) != sizeof info) continue;
        if (info.ssi_signo == SIGCHLD) {
            if (has_ended(child)) return end_group(child);
        } else {
            kill(child, (int)info.ssi_signo);
        }
    }
}

int main(int argc, char **argv) {
    struct options options = parse(argc, argv);
    prctl(PR_SET_DUMPABLE, 0);
    forbid_core_dumps();
    setsid();  // fails only when we lead a group already, which is just as good
    if (fcntl(options.lifeline, F_SETFD, FD_CLOEXEC) != 0) fail("the lifeline is not open");
    close_range((unsigned)options.lifeline + 1, ~0U, 0);

    sigset_t passed;
    sigemptyset(&passed);
    const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT, SIGCHLD};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) sigaddset(&passed, numbers[i]);
    sigprocmask(SIG_SETMASK, &passed, NULL);
    int signals = signalfd(-1, &passed, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0) fail("signalfd");

    pid_t guard = getpid();
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) run_child(&options, guard);
    signal(SIGPIPE, SIG_IGN);  // after fork: an ignored signal stays ignored over exec
    drop_descriptors(options.lifeline, signals);
    return watch(child, options.lifeline, signals);
}
