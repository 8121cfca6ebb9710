#define _GNU_SOURCE
#include "seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "syscalls.h"

#if defined(__x86_64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "palana-init has no system call filter for this architecture"
#endif

#define NUMBER(name) __NR_##name,
static const uint32_t allowed[] = {
    COMMON(NUMBER)
#if defined(__x86_64__)
    X86_64_ONLY(NUMBER)
#else
    AARCH64_ONLY(NUMBER)
#endif
    nr_cachestat, nr_fchmodat2, nr_futex_wake, nr_futex_wait, nr_futex_requeue,
};

// Answered with "no such call", as an old kernel would, so that programs fall back: glibc's fork to clone (whose
// flags can be seen, unlike clone3's), libuv to threads.
static const uint32_t absent[] = {__NR_clone3, __NR_io_uring_setup, __NR_io_uring_enter, __NR_io_uring_register};

enum { most_instructions = 2048 };
struct program {
    struct sock_filter code[most_instructions];
    unsigned short size;
};

static void emit(struct program *program, uint16_t code, uint32_t operand, uint8_t if_true, uint8_t if_false) {
    if (program->size == most_instructions) __builtin_trap();
    program->code[program->size++] = (struct sock_filter){code, if_true, if_false, operand};
}

static void load(struct program *program, size_t offset) {
    emit(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/// The low half of an argument: all that the kernel looks at where an argument is an `int` (or `unsigned`).
static void load_argument(struct program *program, int index) {
    load(program, offsetof(struct seccomp_data, args) + 8 * (size_t)index);  // both architectures are little-endian
}

static void answer(struct program *program, uint32_t action) {
    emit(program, BPF_RET | BPF_K, action, 0, 0);
}

static uint32_t fails_with(int error) {
    return SECCOMP_RET_ERRNO | (uint32_t)error;
}

static void answer_if_equal(struct program *program, uint32_t value, uint32_t action) {
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    answer(program, action);
}

/// Opens a block for one call; what is emitted until `end_call` runs for that call only.
static unsigned short begin_call(struct program *program, uint32_t number) {
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, number, 0, 0);
    return (unsigned short)(program->size - 1);
}

/// Closes the block: whatever it didn't answer gets `otherwise`.
static void end_call(struct program *program, unsigned short start, uint32_t otherwise) {
    answer(program, otherwise);
    int length = program->size - start - 1;
    if (length > 255) __builtin_trap();
    program->code[start].jf = (uint8_t)length;
}

/// Calls from another instruction set (i386's `int 0x80`, x32) have other numbers: they end the process.
static void check_architecture(struct program *program) {
    load(program, offsetof(struct seccomp_data, arch));
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCHITECTURE, 1, 0);
    answer(program, SECCOMP_RET_KILL_PROCESS);
    load(program, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
    emit(program, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);  // __X32_SYSCALL_BIT
    answer(program, SECCOMP_RET_KILL_PROCESS);
#endif
}

/// No new namespaces of any kind. (CLONE_NEWTIME shares its bit with the exit signal and can't be asked for here.)
static void allow_clone(struct program *program) {
    const uint32_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                                CLONE_NEWPID | CLONE_NEWNET;
    unsigned short start = begin_call(program, __NR_clone);
    load_argument(program, 0);
    emit(program, BPF_JMP | BPF_JSET | BPF_K, namespaces, 0, 1);
    answer(program, fails_with(EPERM));
    end_call(program, start, SECCOMP_RET_ALLOW);
}

/// Internet sockets of the usual protocols, Unix sockets, and netlink for routes only. AF_VSOCK above all is refused:
/// it ignores network namespaces. Rarer protocols would make the kernel load rarely reviewed modules.
static void allow_sockets(struct program *program) {
    const uint32_t protocols[] = {0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_ICMPV6};
    const size_t count = sizeof protocols / sizeof *protocols;
    unsigned short start = begin_call(program, __NR_socket);
    load_argument(program, 0);
    answer_if_equal(program, AF_UNIX, SECCOMP_RET_ALLOW);
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 4);
    load_argument(program, 2);
    answer_if_equal(program, NETLINK_ROUTE, SECCOMP_RET_ALLOW);
    answer(program, fails_with(EPROTONOSUPPORT));
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 1, 0);
    emit(program, BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 0, (uint8_t)(2 * count + 2));
    load_argument(program, 2);
    for (size_t i = 0; i < count; i++) answer_if_equal(program, protocols[i], SECCOMP_RET_ALLOW);
    answer(program, fails_with(EPROTONOSUPPORT));
    end_call(program, start, fails_with(EAFNOSUPPORT));

    start = begin_call(program, __NR_socketpair);
    load_argument(program, 0);
    answer_if_equal(program, AF_UNIX, SECCOMP_RET_ALLOW);
    end_call(program, start, fails_with(EAFNOSUPPORT));
}

/// No typing into a terminal (TIOCSTI, TIOCLINUX), no taking over of the console, no line disciplines.
static void allow_ioctl(struct program *program) {
    unsigned short start = begin_call(program, __NR_ioctl);
    load_argument(program, 1);
    answer_if_equal(program, TIOCSTI, fails_with(EPERM));
    answer_if_equal(program, TIOCLINUX, fails_with(EPERM));
    answer_if_equal(program, TIOCCONS, fails_with(EPERM));
    answer_if_equal(program, TIOCSETD, fails_with(EPERM));
    end_call(program, start, SECCOMP_RET_ALLOW);
}

/// The values that containerd's profile allows: Linux, Linux 32-bit, both with UNAME26, and "tell me".
static void allow_personality(struct program *program) {
    const uint32_t values[] = {0x0, 0x0008, 0x20000, 0x20008, 0xffffffff};
    unsigned short start = begin_call(program, __NR_personality);
    load_argument(program, 0);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) answer_if_equal(program, values[i], SECCOMP_RET_ALLOW);
    end_call(program, start, fails_with(EPERM));
}

/// Where the agent shares its user with PID 1 (user mode) it could lower PID 1's limits.
static void allow_prlimit(struct program *program) {
    unsigned short start = begin_call(program, __NR_prlimit64);
    load_argument(program, 0);
    answer_if_equal(program, 1, fails_with(EPERM));
    end_call(program, start, SECCOMP_RET_ALLOW);
}

static void build(struct program *program) {
    check_architecture(program);
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        answer_if_equal(program, allowed[i], SECCOMP_RET_ALLOW);
    allow_clone(program);
    allow_sockets(program);
    allow_ioctl(program);
    allow_personality(program);
    allow_prlimit(program);
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        answer_if_equal(program, absent[i], fails_with(ENOSYS));
    emit(program, BPF_JMP | BPF_JGE | BPF_K, nr_first_unknown, 0, 1);
    answer(program, fails_with(ENOSYS));
    answer(program, fails_with(EPERM));
}

int install_filter(void) {
    static struct program program;
    program.size = 0;
    build(&program);
    struct sock_fprog filter = {.len = program.size, .filter = program.code};
    // Without TSYNC: it is called by single-threaded processes only. Speculation protection stays as it was.
    return (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
}
