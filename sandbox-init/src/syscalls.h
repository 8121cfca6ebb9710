// The allow-list: containerd's default profile for a container without capabilities (contrib/seccomp/
// seccomp_default.go), less what a single-machine agent has no use for: process_vm_*, kcmp, pidfd_getfd,
// process_madvise, modify_ldt, the io_uring family, memory policy. Calls of which only some arguments are allowed
// (clone, socket, ioctl, personality, prlimit64 …) are in seccomp.c.
// Included once, inside an array.
#define COMMON(X) \
    X(accept) X(accept4) X(adjtimex) X(bind) X(brk) X(capget) X(capset) X(chdir) X(clock_adjtime) \
    X(clock_getres) X(clock_gettime) X(clock_nanosleep) X(close) X(close_range) X(connect) X(copy_file_range) \
    X(dup) X(dup3) X(epoll_create1) X(epoll_ctl) X(epoll_pwait) X(epoll_pwait2) X(eventfd2) X(execve) \
    X(execveat) X(exit) X(exit_group) X(faccessat) X(faccessat2) X(fadvise64) X(fallocate) X(fchdir) \
    X(fchmod) X(fchmodat) X(fchown) X(fchownat) X(fcntl) X(fdatasync) X(fgetxattr) X(flistxattr) X(flock) \
    X(fremovexattr) X(fsetxattr) X(fstat) X(fstatfs) X(fsync) X(ftruncate) X(futex) X(futex_waitv) X(getcpu) \
    X(getcwd) X(getdents64) X(getegid) X(geteuid) X(getgid) X(getgroups) X(getitimer) X(getpeername) X(getpgid) \
    X(getpid) X(getppid) X(getpriority) X(getrandom) X(getresgid) X(getresuid) X(getrlimit) X(get_robust_list) \
    X(getrusage) X(getsid) X(getsockname) X(getsockopt) X(gettid) X(gettimeofday) X(getuid) X(getxattr) \
    X(inotify_add_watch) X(inotify_init1) X(inotify_rm_watch) X(io_cancel) X(io_destroy) X(io_getevents) \
    X(io_pgetevents) X(ioprio_get) X(ioprio_set) X(io_setup) X(io_submit) X(kill) X(landlock_add_rule) \
    X(landlock_create_ruleset) X(landlock_restrict_self) X(lgetxattr) X(linkat) X(listen) X(listxattr) \
    X(llistxattr) X(lremovexattr) X(lseek) X(lsetxattr) X(madvise) X(membarrier) X(memfd_create) X(mincore) \
    X(mkdirat) X(mknodat) X(mlock) X(mlock2) X(mlockall) X(mmap) X(mprotect) X(mq_getsetattr) X(mq_notify) \
    X(mq_open) X(mq_timedreceive) X(mq_timedsend) X(mq_unlink) X(mremap) X(msgctl) X(msgget) X(msgrcv) X(msgsnd) \
    X(msync) X(munlock) X(munlockall) X(munmap) X(name_to_handle_at) X(nanosleep) X(openat) X(openat2) \
    X(pidfd_open) X(pidfd_send_signal) X(pipe2) X(pkey_alloc) X(pkey_free) X(pkey_mprotect) X(ppoll) X(prctl) \
    X(pread64) X(preadv) X(preadv2) X(process_mrelease) X(pselect6) X(ptrace) X(pwrite64) X(pwritev) X(pwritev2) \
    X(read) X(readahead) X(readlinkat) X(readv) X(recvfrom) X(recvmmsg) X(recvmsg) X(remap_file_pages) \
    X(removexattr) X(renameat2) X(restart_syscall) X(rseq) X(rt_sigaction) X(rt_sigpending) X(rt_sigprocmask) \
    X(rt_sigqueueinfo) X(rt_sigreturn) X(rt_sigsuspend) X(rt_sigtimedwait) X(rt_tgsigqueueinfo) \
    X(sched_getaffinity) X(sched_getattr) X(sched_getparam) X(sched_get_priority_max) X(sched_get_priority_min) \
    X(sched_getscheduler) X(sched_rr_get_interval) X(sched_setaffinity) X(sched_setattr) X(sched_setparam) \
    X(sched_setscheduler) X(sched_yield) X(seccomp) X(semctl) X(semget) X(semop) X(semtimedop) X(sendfile) \
    X(sendmmsg) X(sendmsg) X(sendto) X(setfsgid) X(setfsuid) X(setgid) X(setgroups) X(setitimer) X(setpgid) \
    X(setpriority) X(setregid) X(setresgid) X(setresuid) X(setreuid) X(setrlimit) X(set_robust_list) X(setsid) \
    X(setsockopt) X(set_tid_address) X(setuid) X(setxattr) X(shmat) X(shmctl) X(shmdt) X(shmget) X(shutdown) \
    X(sigaltstack) X(signalfd4) X(splice) X(statfs) X(statx) X(symlinkat) X(sync) X(sync_file_range) X(syncfs) \
    X(sysinfo) X(tee) X(tgkill) X(timer_create) X(timer_delete) X(timer_getoverrun) X(timer_gettime) \
    X(timer_settime) X(timerfd_create) X(timerfd_gettime) X(timerfd_settime) X(times) X(tkill) X(truncate) X(umask) \
    X(uname) X(unlinkat) X(utimensat) X(vmsplice) X(wait4) X(waitid) X(write) X(writev) X(newfstatat)

#define X86_64_ONLY(X) \
    X(access) X(alarm) X(arch_prctl) X(chmod) X(chown) X(creat) X(dup2) X(epoll_create) X(epoll_ctl_old) \
    X(epoll_wait) X(epoll_wait_old) X(eventfd) X(fork) X(futimesat) X(getdents) X(getpgrp) X(get_thread_area) \
    X(inotify_init) X(lchown) X(link) X(lstat) X(memfd_secret) X(mkdir) X(mknod) X(open) X(pause) X(pipe) X(poll) \
    X(readlink) X(rename) X(renameat) X(rmdir) X(select) X(set_thread_area) X(signalfd) X(stat) X(symlink) \
    X(time) X(unlink) X(utime) X(utimes) X(vfork)

#define AARCH64_ONLY(X) X(renameat) X(memfd_secret)

// Newer than the headers of Debian 12; their numbers are the same everywhere (Linux's scripts/syscall.tbl).
enum { nr_cachestat = 451, nr_fchmodat2 = 452, nr_futex_wake = 454, nr_futex_wait = 455, nr_futex_requeue = 456 };
// The first number that this list was not written with: programs are told that the kernel doesn't have it, so that
// they fall back to what they did before.
enum { nr_first_unknown = 457 };
