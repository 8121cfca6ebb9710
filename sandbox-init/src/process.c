#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"
#include "control.h"
#include "loop.h"

enum { most_processes = 256, status_not_started = 127 };

static const struct options *options;
static struct watch child_watch;
static struct timer grace_timer;
static int badness = -1;  // PID 1's own oom_score_adj

static struct running {
    pid_t pid;  // 0 = free
    uint64_t id;
    bool agent;
} table[most_processes];

/// What a child tells before it becomes the program: nothing (the pipe closes) or what failed.
struct failure {
    int error;
    char what[1000];
};

static struct running *find(pid_t pid) {
    for (int i = 0; i < most_processes; i++)
        if (table[i].pid == pid) return &table[i];
    return NULL;
}

static struct running *find_agent(void) {
    for (int i = 0; i < most_processes; i++)
        if (table[i].pid != 0 && table[i].agent) return &table[i];
    return NULL;
}

/// The agent's end is the sandbox's: the kernel kills whatever is left when PID 1 exits.
static void child_ended(pid_t pid, int raw) {
    struct running *process = find(pid);
    if (!process) return;  // an orphan that we inherited
    uint32_t status = (uint32_t)(WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw));
    process->pid = 0;
    control_send(control_exited, process->id, &status, sizeof status, -1);
    if (process->agent) _exit((int)status);
}

static void reap(struct watch *watch, uint32_t events) {
    (void)events;
    struct signalfd_siginfo info;
    while (read(watch->fd, &info, sizeof info) == sizeof info) continue;
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) child_ended(pid, status);
}

void process_begin(const struct options *given) {
    options = given;
    sigset_t all, children;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    int fd = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0 || loop_add(&child_watch, fd, EPOLLIN, reap) != 0) die("signalfd");
    // Opened while we are dumpable: later the file isn't ours any more.
    badness = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
}

/// The kernel should take the agent's processes before PID 1 when memory runs out: a child is born with what PID 1 has
/// at that moment. Best effort; without it the whole sandbox may go, nothing else.
static void set_badness(const char *value) {
    if (badness >= 0 && pwrite(badness, value, strlen(value), 0) < 0) return;
}

/// A terminal of the sandbox's own devpts that belongs to the agent's user. The master, or -1.
static int open_terminal(const struct process_request *request, int *slave) {
    if (!options->user_mode) setfsuid(options->uid);
    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (!options->user_mode) setfsuid(0);
    if (master < 0) return -1;
    int unlocked = 0;
    struct winsize size = {.ws_row = request->rows, .ws_col = request->columns};
    if (ioctl(master, TIOCSPTLCK, &unlocked) == 0 && ioctl(master, TIOCSWINSZ, &size) == 0 &&
        (*slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)) >= 0)
        return master;
    close(master);
    return -1;
}

static int place(const int fds[3]) {
    int high[3];
    for (int i = 0; i < 3; i++)
        if ((high[i] = fcntl(fds[i], F_DUPFD, 3)) < 0) return -1;
    for (int i = 0; i < 3; i++)
        if (dup2(high[i], i) < 0) return -1;
    return 0;
}

static _Noreturn void give_up(int report, const char *what) {
    struct failure failure = {.error = errno};
    snprintf(failure.what, sizeof failure.what, "%s", what);
    if (write(report, &failure, sizeof failure) != sizeof failure) _exit(status_not_started);
    _exit(status_not_started);
}

/// A mount that the agent's user can't use: said now rather than left to be found out. A file or folder of the host
/// keeps its owner and mode.
static void check_mounts(int report) {
    for (int i = 0; i < options->mount_count; i++) {
        const char *path = options->mounts[i].path;
        bool writable = options->mounts[i].writable;
        struct stat status;
        int mode = R_OK | (writable ? W_OK : 0);
        if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) mode |= X_OK;
        if (access(path, mode) == 0) continue;
        int error = errno;
        char text[1000];
        snprintf(text, sizeof text, "%.800s can't be %s by the agent, whose user is %u there: chown, chmod or setfacl its "
                 "source", path, writable ? "written" : "read", getuid());
        errno = error;
        give_up(report, text);
    }
}

/// Keeps only 0, 1, 2 and `report`.
static void close_others(int report) {
    if (report > 3) close_range(3, (unsigned)report - 1, 0);
    close_range((unsigned)report + 1, ~0U, 0);
}

static _Noreturn void become(const struct process_request *request, const int fds[3], int report) {
    if (setsid() < 0) give_up(report, "setsid");
    if (place(fds) != 0) give_up(report, "can't place its input and output");
    if (request->tty && ioctl(STDIN_FILENO, TIOCSCTTY, 0) != 0) give_up(report, "can't take its terminal");
    // Namespaces are entered by descriptors, so the others go afterwards; all are close-on-exec anyway.
    const char *failure = confine_child(options);
    if (failure) give_up(report, failure);
    close_others(report);
    if (request->agent) check_mounts(report);
    if (chdir(request->folder) != 0) give_up(report, request->folder);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    environ = request->environment;
    execvp(request->arguments[0], request->arguments);
    give_up(report, request->arguments[0]);
}

/// Starts the child and waits until it runs its program. Its number, or -1 with `*failure` filled in.
static pid_t spawn(const struct process_request *request, const int fds[3], struct failure *failure) {
    int report[2];
    *failure = (struct failure){0};
    if (pipe2(report, O_CLOEXEC) != 0) {
        *failure = (struct failure){errno, "can't make a pipe"};
        return -1;
    }
    set_badness("800");
    pid_t pid = fork();
    int error = errno;
    if (pid == 0) become(request, fds, report[1]);
    set_badness("0");
    close(report[1]);
    if (pid < 0) *failure = (struct failure){error, "can't make a process"};
    bool failed = pid < 0 || read(report[0], failure, sizeof *failure) == sizeof *failure;
    close(report[0]);
    if (pid > 0 && failed) waitpid(pid, NULL, 0);
    return failed ? -1 : pid;
}

static void report_failure(uint64_t id, const struct failure *failure) {
    char text[1100];
    int size = snprintf(text, sizeof text, "%s: %s", failure->what, strerror(failure->error));
    control_send(control_failed, id, text, (uint32_t)size, -1);
}

void process_start(const struct process_request *request) {
    struct failure failure = {EAGAIN, "too many processes were started from outside"};
    struct running *slot = find(0);
    if (!slot) return report_failure(request->id, &failure);
    int master = -1, slave = -1;
    if (request->tty && (master = open_terminal(request, &slave)) < 0) {
        failure = (struct failure){errno, "can't make a terminal"};
        return report_failure(request->id, &failure);
    }
    const int terminal[3] = {slave, slave, slave};
    pid_t pid = spawn(request, request->tty ? terminal : request->fds, &failure);
    if (slave >= 0) close(slave);
    if (pid < 0) {
        report_failure(request->id, &failure);
    } else {
        *slot = (struct running){pid, request->id, request->agent};
        uint32_t number = (uint32_t)pid;
        control_send(control_started, request->id, &number, sizeof number, master);
    }
    if (master >= 0) close(master);
}

void process_signal(uint64_t id, int number) {
    for (int i = 0; i < most_processes; i++)
        if (table[i].pid != 0 && table[i].id == id) kill(-table[i].pid, number);
}

static void kill_everything(void) {
    kill(-1, SIGKILL);
    if (!find_agent()) _exit(128 + SIGKILL);  // it was never started
}

void process_pause(bool paused) {
    kill(-1, paused ? SIGSTOP : SIGCONT);
}

void process_stop(uint32_t grace) {
    struct running *agent = find_agent();
    if (!agent) return kill_everything();
    kill(-agent->pid, SIGTERM);
    timer_start(&grace_timer, grace > 3600000 ? 3600000 : (int)grace, kill_everything);
}
