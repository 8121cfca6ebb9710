// palana-probe: run inside a sandbox (or below the filter alone, filter_test.c), it makes the calls that an agent must
// not have, and a few that it must, one by one, and says which didn't end as they should.
//
//   palana-probe             the table of system calls, and every number that the allow-list doesn't name
//   palana-probe fork N      makes processes that sleep until none can be made, prints how many, at most N
//   palana-probe fill FILE   writes until an error, prints the MiB written and the error
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "syscalls.h"

enum { succeeds = 0, any_but_filtered = -1, killed = -2 };

static const struct attempt {
    const char *name;
    long number, arguments[6];
    int expected;  // an errno value, or one of the above
} table[] = {
#define NS(flag) {"clone " #flag, __NR_clone, {flag | SIGCHLD, 0, 0, 0, 0}, EPERM}
    NS(CLONE_NEWUSER), NS(CLONE_NEWNS), NS(CLONE_NEWPID), NS(CLONE_NEWNET), NS(CLONE_NEWIPC), NS(CLONE_NEWUTS),
    NS(CLONE_NEWCGROUP), NS(CLONE_NEWUSER | CLONE_NEWNS),
    {"clone3", __NR_clone3, {0, 88}, ENOSYS},
    {"unshare NEWUSER", __NR_unshare, {CLONE_NEWUSER}, EPERM},
    {"unshare nothing", __NR_unshare, {0}, EPERM},
    {"setns", __NR_setns, {0, 0}, EPERM},
    {"mount", __NR_mount, {0, 0, 0, 0, 0}, EPERM},
    {"umount2", __NR_umount2, {0, 0}, EPERM},
    {"pivot_root", __NR_pivot_root, {0, 0}, EPERM},
    {"open_tree", __NR_open_tree, {-100, 0, 0}, EPERM},
    {"move_mount", __NR_move_mount, {0, 0, 0, 0, 0}, EPERM},
    {"fsopen", __NR_fsopen, {0, 0}, EPERM},
    {"fsconfig", __NR_fsconfig, {0, 0, 0, 0, 0}, EPERM},
    {"fsmount", __NR_fsmount, {0, 0, 0}, EPERM},
    {"fspick", __NR_fspick, {0, 0, 0}, EPERM},
    {"mount_setattr", __NR_mount_setattr, {0, 0, 0, 0, 0}, EPERM},
    {"chroot", __NR_chroot, {0}, EPERM},
    {"keyctl", __NR_keyctl, {0, -3, 0}, EPERM},
    {"add_key", __NR_add_key, {0, 0, 0, 0, 0}, EPERM},
    {"request_key", __NR_request_key, {0, 0, 0, 0}, EPERM},
    {"bpf", __NR_bpf, {0, 0, 0}, EPERM},
    {"io_uring_setup", __NR_io_uring_setup, {8, 0}, ENOSYS},
    {"io_uring_enter", __NR_io_uring_enter, {0, 0, 0, 0, 0, 0}, ENOSYS},
    {"io_uring_register", __NR_io_uring_register, {0, 0, 0, 0}, ENOSYS},
    {"userfaultfd", __NR_userfaultfd, {0}, EPERM},
    {"perf_event_open", __NR_perf_event_open, {0, 0, -1, -1, 0}, EPERM},
    {"process_vm_readv", __NR_process_vm_readv, {1, 0, 0, 0, 0, 0}, EPERM},
    {"process_vm_writev", __NR_process_vm_writev, {1, 0, 0, 0, 0, 0}, EPERM},
    {"process_madvise", __NR_process_madvise, {0, 0, 0, 0, 0}, EPERM},
    {"pidfd_getfd", __NR_pidfd_getfd, {0, 0, 0}, EPERM},
    {"kcmp", __NR_kcmp, {1, 1, 0, 0, 0}, EPERM},
    {"ptrace of PID 1", __NR_ptrace, {PTRACE_ATTACH, 1, 0, 0}, EPERM},
    {"ptrace (seize) of PID 1", __NR_ptrace, {PTRACE_SEIZE, 1, 0, 0}, EPERM},
    {"prlimit64 of PID 1", __NR_prlimit64, {1, RLIMIT_NOFILE, 0, 0}, EPERM},
    {"kexec_load", __NR_kexec_load, {0, 0, 0, 0}, EPERM},
    {"kexec_file_load", __NR_kexec_file_load, {0, 0, 0, 0, 0}, EPERM},
    {"init_module", __NR_init_module, {0, 0, 0}, EPERM},
    {"finit_module", __NR_finit_module, {0, 0, 0}, EPERM},
    {"delete_module", __NR_delete_module, {0, 0}, EPERM},
    {"swapon", __NR_swapon, {0, 0}, EPERM},
    {"swapoff", __NR_swapoff, {0}, EPERM},
    {"reboot", __NR_reboot, {0, 0, 0, 0}, EPERM},
    {"acct", __NR_acct, {0}, EPERM},
    {"quotactl", __NR_quotactl, {0, 0, 0, 0}, EPERM},
    {"syslog", __NR_syslog, {3, 0, 0}, EPERM},
    {"sethostname", __NR_sethostname, {0, 0}, EPERM},
    {"setdomainname", __NR_setdomainname, {0, 0}, EPERM},
    {"settimeofday", __NR_settimeofday, {0, 0}, EPERM},
    {"clock_settime", __NR_clock_settime, {0, 0}, EPERM},
    {"vhangup", __NR_vhangup, {0}, EPERM},
    {"open_by_handle_at", __NR_open_by_handle_at, {-100, 0, 0}, EPERM},
    {"fanotify_init", __NR_fanotify_init, {0, 0}, EPERM},
    {"lookup_dcookie", __NR_lookup_dcookie, {0, 0, 0}, EPERM},
    {"mbind", __NR_mbind, {0, 0, 0, 0, 0, 0}, EPERM},
    {"move_pages", __NR_move_pages, {0, 0, 0, 0, 0, 0}, EPERM},
    {"personality ADDR_NO_RANDOMIZE", __NR_personality, {0x0040000}, EPERM},
    {"personality query", __NR_personality, {0xffffffff}, succeeds},
    {"ioctl TIOCSTI", __NR_ioctl, {0, TIOCSTI, 0}, EPERM},
    {"ioctl TIOCSTI with high bits", __NR_ioctl, {0, (long)(0xdeadbeef00000000UL | TIOCSTI), 0}, EPERM},
    {"ioctl TIOCLINUX", __NR_ioctl, {0, TIOCLINUX, 0}, EPERM},
    {"ioctl TIOCSETD", __NR_ioctl, {0, TIOCSETD, 0}, EPERM},
    {"ioctl FIONREAD", __NR_ioctl, {99, FIONREAD, 0}, EBADF},
    {"socket AF_VSOCK", __NR_socket, {40, SOCK_STREAM, 0}, EAFNOSUPPORT},
    {"socket AF_VSOCK with high bits", __NR_socket, {(long)0x100000028UL, SOCK_STREAM, 0}, EAFNOSUPPORT},
    {"socket AF_ALG", __NR_socket, {38, SOCK_SEQPACKET, 0}, EAFNOSUPPORT},
    {"socket AF_PACKET", __NR_socket, {17, SOCK_RAW, 0}, EAFNOSUPPORT},
    {"socket AF_BLUETOOTH", __NR_socket, {31, SOCK_RAW, 0}, EAFNOSUPPORT},
    {"socket AF_TIPC", __NR_socket, {30, SOCK_STREAM, 0}, EAFNOSUPPORT},
    {"socket AF_XDP", __NR_socket, {44, SOCK_RAW, 0}, EAFNOSUPPORT},
    {"socket AF_NETLINK audit", __NR_socket, {16, SOCK_RAW, 9}, EPROTONOSUPPORT},
    {"socket AF_NETLINK netfilter", __NR_socket, {16, SOCK_RAW, 12}, EPROTONOSUPPORT},
    {"socket AF_NETLINK usersock", __NR_socket, {16, SOCK_RAW, 2}, EPROTONOSUPPORT},
    {"socket AF_NETLINK route", __NR_socket, {16, SOCK_RAW, 0}, succeeds},
    {"socket AF_INET raw", __NR_socket, {AF_INET, SOCK_RAW, 1}, EPERM},
    {"socket AF_INET sctp", __NR_socket, {AF_INET, SOCK_STREAM, 132}, EPROTONOSUPPORT},
    {"socket AF_INET mptcp", __NR_socket, {AF_INET, SOCK_STREAM, 262}, EPROTONOSUPPORT},
    {"socket AF_INET", __NR_socket, {AF_INET, SOCK_STREAM, 0}, succeeds},
    {"socket AF_INET6", __NR_socket, {AF_INET6, SOCK_DGRAM, 17}, succeeds},
    {"socket AF_UNIX", __NR_socket, {AF_UNIX, SOCK_STREAM, 0}, succeeds},
    {"a call from the future", 900, {0}, ENOSYS},
    {"getpid", __NR_getpid, {0}, succeeds},
    {"memfd_create", __NR_memfd_create, {(long)"x", 0}, succeeds},
    {"landlock_create_ruleset", __NR_landlock_create_ruleset, {0, 0, 1}, any_but_filtered},
    {"capset to more", __NR_capset, {0, 0}, EFAULT},
    {"setuid(0)", __NR_setuid, {0}, any_but_filtered},
#if defined(__x86_64__)
    {"x32 getpid", 0x40000000 + __NR_getpid, {0}, killed},
    {"iopl", __NR_iopl, {3}, EPERM},
    {"ioperm", __NR_ioperm, {0, 1, 1}, EPERM},
    {"modify_ldt", __NR_modify_ldt, {0, 0, 0}, EPERM},
#endif
};

/// Makes the call in a child of its own, as some of them would change or end the caller. The child's result.
static int attempt(const struct attempt *a) {
    pid_t child = fork();
    if (child < 0) return errno;
    if (child == 0) {
        const long *x = a->arguments;
        long result = syscall(a->number, x[0], x[1], x[2], x[3], x[4], x[5]);
        _exit(result >= 0 ? 0 : errno);
    }
    int status;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int is_as_expected(int expected, int result) {
    if (expected == killed) return result == -SIGSYS;
    // setuid(0) and others may fail as the kernel likes, so long as it isn't the filter that kills.
    if (expected == any_but_filtered) return result >= 0 && result != ENOSYS;
    // lookup_dcookie and others went from newer kernels; the filter answers before the kernel would.
    return result == expected;
}

#if defined(__x86_64__)
/// getpid by `int 0x80`: i386's numbers must not reach a filter made for x86-64's.
static int attempt_i386(void) {
    pid_t child = fork();
    if (child == 0) {
        long result;
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}
#endif

static int check_table(void) {
    int wrong = 0;
    size_t count = sizeof table / sizeof *table;
    for (size_t i = 0; i < count; i++) {
        int result = attempt(&table[i]);
        if (is_as_expected(table[i].expected, result)) continue;
        printf("%s: expected %d, got %d\n", table[i].name, table[i].expected, result);
        wrong++;
    }
#if defined(__x86_64__)
    count++;
    int result = attempt_i386();
    if (result == 0) printf("int 0x80: got through\n"), wrong++;
#endif
    printf("%zu calls tried, %d not as expected\n", count, wrong);
    return wrong != 0;
}

#define NUMBER(name) __NR_##name,
static const long in_list[] = {
    COMMON(NUMBER)
#if defined(__x86_64__)
    X86_64_ONLY(NUMBER)
#else
    AARCH64_ONLY(NUMBER)
#endif
    nr_cachestat, nr_fchmodat2, nr_futex_wake, nr_futex_wait, nr_futex_requeue,
    // Allowed for some arguments: in the table above.
    __NR_clone, __NR_socket, __NR_socketpair, __NR_ioctl, __NR_personality, __NR_prlimit64,
};

static int is_in_list(long number) {
    for (size_t i = 0; i < sizeof in_list / sizeof *in_list; i++)
        if (in_list[i] == number) return 1;
    return 0;
}

/// uretprobe and uprobe of x86-64: kernels that have them let no filter see them (kernel/seccomp.c), and themselves
/// refuse them to all but their own trampolines.
static int is_beyond_filters(long number) {
#if defined(__x86_64__)
    return number == 335 || number == 336;
#else
    return number < 0;
#endif
}

/// Everything else, by its number: refused as forbidden, or as a call that the kernel doesn't have.
static int check_rest(void) {
    int wrong = 0, count = 0;
    for (long number = 0; number < 1024; number++) {
        if (is_in_list(number) || is_beyond_filters(number)) continue;
        const struct attempt one = {"", number, {-1, -1, -1, -1, -1, -1}, EPERM};
        int result = attempt(&one), expected = number >= nr_first_unknown ? ENOSYS : EPERM;
        count++;
        if (result == expected || result == ENOSYS) continue;
        printf("call %ld: expected %d, got %d\n", number, expected, result);
        wrong++;
    }
    printf("%d other numbers tried, %d not refused\n", count, wrong);
    return wrong != 0;
}

static int fork_until_refused(int most) {
    int count = 0;
    for (; count < most; count++) {
        pid_t child = fork();
        if (child < 0) break;
        if (child == 0) {
            pause();
            _exit(0);
        }
    }
    printf("%d %s\n", count, count < most ? strerror(errno) : "not refused");
    return 0;
}

static int fill(const char *path) {
    static char block[1 << 20];
    memset(block, 'x', sizeof block);
    int file = open(path, O_WRONLY | O_CREAT, 0600), written = 0;
    if (file < 0) return printf("0 %s\n", strerror(errno)), 1;
    while (write(file, block, sizeof block) == (ssize_t)sizeof block) written++;
    printf("%d %s\n", written, strerror(errno));
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "fork") == 0) return fork_until_refused(atoi(argv[2]));
    if (argc == 3 && strcmp(argv[1], "fill") == 0) return fill(argv[2]);
    int rest = check_rest();
    return check_table() || rest;
}
