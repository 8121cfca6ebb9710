// palana-hostile: run inside a sandbox it tries the ways out, one by one, and prints what came of each as a line
// `name<TAB>result`: "ok", the name of an errno value, or a word of the attempt's own. What is expected stands in the
// Swift tests (HostileAgentTests).
//
//   palana-hostile HOST_PID      a process of the host that must not be seen
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static void say(const char *name, const char *result) {
    printf("%s\t%s\n", name, result);
    fflush(stdout);
}

/// Says "ok" when the call succeeded, otherwise errno's name.
static void tell(const char *name, long result) {
    say(name, result >= 0 ? "ok" : strerrorname_np(errno));
}

/// The same for a call that would change or end this process: it is made in a child.
#define APART(name, call)                                   \
    do {                                                    \
        fflush(stdout);                                     \
        pid_t child = fork();                               \
        if (child == 0) {                                   \
            tell(name, (long)(call));                       \
            _exit(0);                                       \
        }                                                   \
        waitpid(child, NULL, 0);                            \
    } while (0)

// MARK: - Network

static struct sockaddr_in v4(const char *address, int port) {
    struct sockaddr_in result = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    inet_pton(AF_INET, address, &result.sin_addr);
    return result;
}

static struct sockaddr_in6 v6(const char *address, int port) {
    struct sockaddr_in6 result = {.sin6_family = AF_INET6, .sin6_port = htons((unsigned short)port)};
    inet_pton(AF_INET6, address, &result.sin6_addr);
    return result;
}

static long dial(int type, const char *address, int port) {
    int fd = socket(AF_INET, type, 0);
    if (fd < 0) return -1;
    struct timeval limit = {.tv_sec = 2};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    struct sockaddr_in to = v4(address, port);
    long result = connect(fd, (struct sockaddr *)&to, sizeof to);
    char byte = 'x';
    if (result == 0 && type == SOCK_DGRAM) result = send(fd, &byte, 1, 0) < 0 ? -1 : recv(fd, &byte, 1, 0);
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

static long dial6(int type, const char *address, int port) {
    int fd = socket(AF_INET6, type, 0);
    if (fd < 0) return -1;
    struct sockaddr_in6 to = v6(address, port);
    return connect(fd, (struct sockaddr *)&to, sizeof to);
}

static long send_without_connecting(const char *address, int option) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0), one = 1;
    if (option) setsockopt(fd, SOL_SOCKET, option, &one, sizeof one);
    struct sockaddr_in to = v4(address, 53);
    return sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to);
}

static long ping(const char *address) {
    int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
    if (fd < 0) return -1;
    const char echo[8] = {8, 0, 0, 0, 0, 1, 0, 1};
    struct sockaddr_in to = v4(address, 0);
    return sendto(fd, echo, sizeof echo, 0, (struct sockaddr *)&to, sizeof to);
}

static long bind_port(const char *address, int port) {
    struct sockaddr_in to = v4(address, port);
    return bind(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&to, sizeof to);
}

static long give_address(void) {
    struct ifreq request = {.ifr_name = "lo"};
    struct sockaddr_in address = v4("10.0.0.1", 0);
    memcpy(&request.ifr_addr, &address, sizeof address);
    return ioctl(socket(AF_INET, SOCK_DGRAM, 0), SIOCSIFADDR, &request);
}

static long take_down_loopback(void) {
    struct ifreq request = {.ifr_name = "lo"};
    return ioctl(socket(AF_INET, SOCK_DGRAM, 0), SIOCSIFFLAGS, &request);
}

/// Asks the kernel for a pair of virtual devices; its answer's errno.
static long make_device(void) {
    struct {
        struct nlmsghdr header;
        struct ifinfomsg info;
    } request = {.header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_NEWLINK,
                            .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE}};
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    if (send(fd, &request, sizeof request, 0) < 0) return -1;
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        char rest[256];
    } answer;
    if (recv(fd, &answer, sizeof answer, 0) < 0) return -1;
    errno = -answer.error.error;
    return errno == 0 ? 0 : -1;
}

static long dial_unix(const char *path) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    strncpy(to.sun_path, path, sizeof to.sun_path - 1);
    return connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&to, sizeof to);
}

static void network(void) {
    tell("tcp to an address", dial(SOCK_STREAM, "1.1.1.1", 443));
    tell("tcp to the metadata address", dial(SOCK_STREAM, "169.254.169.254", 80));
    tell("tcp to a private address", dial(SOCK_STREAM, "192.168.1.1", 443));
    tell("tcp to the host's ssh on loopback", dial(SOCK_STREAM, "127.0.0.1", 22));
    tell("tcp by IPv6", dial6(SOCK_STREAM, "2606:4700:4700::1111", 443));
    tell("tcp by an IPv4-mapped IPv6 address", dial6(SOCK_STREAM, "::ffff:1.1.1.1", 443));
    tell("tcp by a link-local address", dial6(SOCK_STREAM, "fe80::1", 443));
    tell("udp (DNS) to a resolver", dial(SOCK_DGRAM, "8.8.8.8", 53));
    tell("udp (QUIC) to an address", dial(SOCK_DGRAM, "1.1.1.1", 443));
    tell("udp (QUIC) to loopback", dial(SOCK_DGRAM, "127.0.0.1", 443));
    tell("udp without connecting", send_without_connecting("8.8.8.8", 0));
    tell("udp to everybody", send_without_connecting("255.255.255.255", SO_BROADCAST));
    tell("udp to a group", send_without_connecting("239.1.1.1", 0));
    tell("udp past routes", send_without_connecting("8.8.8.8", SO_DONTROUTE));
    tell("ping of loopback", ping("127.0.0.1"));
    tell("ping of an address", ping("1.1.1.1"));
    tell("raw socket", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
    tell("raw socket by IPv6", socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6));
    tell("raw IP", socket(AF_INET, SOCK_RAW, IPPROTO_RAW));
    tell("packet socket", socket(AF_PACKET, SOCK_RAW, 0));
    tell("vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
    tell("low port beside PID 1's", bind_port("127.0.0.2", 443));
    tell("PID 1's port", bind_port("127.0.0.1", 3128));
    tell("an address for lo", give_address());
    tell("lo taken down", take_down_loopback());
    tell("a device of its own", make_device());
    tell("the gateway's socket", dial_unix("/run/palana/agent.sock"));
    tell("docker's socket", dial_unix("/run/docker.sock"));
    tell("the system bus", dial_unix("/run/dbus/system_bus_socket"));
}

// MARK: - Processes

static long look(const char *path, int flags) {
    int fd = open(path, flags);
    char byte;
    // Some files are opened by anybody and refuse at the read; a process without memory (a kernel thread) reads empty.
    long result = fd < 0 ? -1 : (flags & O_ACCMODE) == O_RDONLY ? read(fd, &byte, 1) : 0;
    int error = errno;
    if (fd >= 0) close(fd);
    errno = error;
    return result;
}

static long follow(const char *path) {
    char target[512];
    return readlink(path, target, sizeof target);
}

static long gain_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{.effective = 1U << CAP_SYS_ADMIN, .permitted = 1U << CAP_SYS_ADMIN}};
    return syscall(SYS_capset, &header, data);
}

static long raise_limit(int resource) {
    struct rlimit limit;
    getrlimit((__rlimit_resource_t)resource, &limit);
    limit.rlim_max++;
    return setrlimit((__rlimit_resource_t)resource, &limit);
}

static long read_memory_of_one(void) {
    char byte;
    struct iovec here = {&byte, 1}, there = {(void *)0x400000, 1};
    return process_vm_readv(1, &here, 1, &there, 1, 0);
}

static void core_dump(void) {
    if (chdir("/data") != 0) return say("core dump", "no /data");
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_DUMPABLE, 1);
        abort();
    }
    int status;
    waitpid(child, &status, 0);
    say("core dump", WCOREDUMP(status) || access("/data/core", F_OK) == 0 ? "written" : "none");
}

static void descriptors(void) {
    int count = 0;
    for (int fd = 3; fd < 1024; fd++) count += fcntl(fd, F_GETFD) >= 0;
    char text[16];
    snprintf(text, sizeof text, "%d", count);
    say("inherited descriptors", text);
}

static void processes(const char *host_pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/status", host_pid);
    tell("a process of the host", look(path, O_RDONLY));
    tell("a signal to a process of the host", kill(atoi(host_pid), 0));
    tell("ptrace of PID 1", ptrace(PTRACE_ATTACH, 1, NULL, NULL));
    tell("process_vm_readv of PID 1", read_memory_of_one());
    tell("memory of PID 1", look("/proc/1/mem", O_RDWR));
    tell("environment of PID 1", look("/proc/1/environ", O_RDONLY));
    tell("maps of PID 1", look("/proc/1/maps", O_RDONLY));
    tell("root of PID 1", follow("/proc/1/root"));
    tell("folder of PID 1", follow("/proc/1/cwd"));
    tell("control socket of PID 1", follow("/proc/1/fd/3"));
    tell("namespaces of PID 1", follow("/proc/1/ns/mnt"));
    tell("program of PID 1", look("/proc/1/exe", O_WRONLY));
    tell("limits of PID 1", syscall(SYS_prlimit64, 1, RLIMIT_NOFILE, &(struct rlimit){8, 8}, NULL));
    tell("badness of PID 1", look("/proc/1/oom_score_adj", O_WRONLY));
    APART("setuid(0)", setresuid(0, 0, 0));
    APART("setgid(0)", setresgid(0, 0, 0));
    APART("setgroups", setgroups(1, (gid_t[]){0}));
    APART("a capability", gain_capabilities());
    APART("more processes", raise_limit(RLIMIT_NPROC));
    APART("more open files", raise_limit(RLIMIT_NOFILE));
    APART("larger core dumps", raise_limit(RLIMIT_CORE));
    APART("real-time scheduling", sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1}));
    APART("a better nice value", setpriority(PRIO_PROCESS, 0, -20));
    APART("a user namespace", unshare(CLONE_NEWUSER));
    APART("a mount namespace", unshare(CLONE_NEWNS));
    APART("clone into a user namespace", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
    APART("clone3", syscall(SYS_clone3, NULL, 0));
    APART("another's network namespace", setns(open("/proc/self/ns/net", O_RDONLY), CLONE_NEWNET));
    APART("no_new_privs taken back", prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
    APART("chroot", chroot("/data"));
    APART("the host's name", sethostname("x", 1));
    core_dump();
}

// MARK: - Files

static long write_to(const char *path) {
    return look(path, O_WRONLY);
}

static long make_node(mode_t kind, dev_t device) {
    long result = mknod("/data/node", kind | 0600, device);
    int error = errno;
    unlink("/data/node");
    errno = error;
    return result;
}

static long give_file_a_capability(void) {
    struct vfs_cap_data data = {.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE, .data[0].permitted = ~0U};
    close(open("/data/file", O_CREAT | O_WRONLY, 0700));
    long result = setxattr("/data/file", "security.capability", &data, sizeof data, 0);
    int error = errno;
    unlink("/data/file");
    errno = error;
    return result;
}

static int is_setuid_off(const char *path) {
    struct statvfs status;
    return statvfs(path, &status) == 0 && status.f_flag & ST_NOSUID;
}

/// Runs a program with the set-user-id bit as a stranger would and tells the effective user that it gets.
static void setuid_program(void) {
    for (const char **path = (const char *[]){"/usr/bin/su", "/usr/bin/passwd", "/usr/bin/mount", NULL}; *path; path++) {
        struct stat status;
        if (stat(*path, &status) != 0 || !(status.st_mode & S_ISUID)) continue;
        return say("setuid programs", is_setuid_off(*path) && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? "off" : "on");
    }
    say("setuid programs", "off");
}

static void mounts_without_setuid(void) {
    FILE *table = fopen("/proc/self/mounts", "r");
    char line[4096], wrong[4096] = "";
    while (table && fgets(line, sizeof line, table)) {
        char place[2048], options[1024];
        if (sscanf(line, "%*s %2047s %*s %1023s", place, options) != 2) continue;
        if (!strstr(options, "nosuid")) strncat(wrong, place, sizeof wrong - strlen(wrong) - 1);
    }
    if (table) fclose(table);
    say("mounts that honour setuid", *wrong ? wrong : "none");
}

static void names_in(const char *label, const char *path) {
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    char seen[2048] = "";
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] == '.') continue;
        if (*seen) strncat(seen, " ", 2);
        strncat(seen, entries[i]->d_name, sizeof seen - strlen(seen) - 1);
    }
    say(label, seen);
}

static void fill(const char *label, const char *path) {
    static char block[1 << 20];
    int fd = open(path, O_CREAT | O_WRONLY, 0600), written = 0;
    ssize_t last;
    while ((last = write(fd, block, sizeof block)) == (ssize_t)sizeof block) written++;
    char result[64];
    snprintf(result, sizeof result, "%d MiB, then %s", written, last < 0 ? strerrorname_np(errno) : "a part");
    if (last > 0 && write(fd, block, sizeof block) < 0)
        snprintf(result, sizeof result, "%d MiB, then %s", written, strerrorname_np(errno));
    unlink(path);
    close(fd);
    say(label, result);
}

static void files(void) {
    tell("mount", mount("none", "/tmp", "tmpfs", 0, NULL));
    tell("unmount of /data", umount2("/data", MNT_DETACH));
    tell("remount writable", mount(NULL, "/usr", NULL, MS_REMOUNT | MS_BIND, NULL));
    tell("file handles", syscall(SYS_open_by_handle_at, AT_FDCWD, NULL, 0));
    tell("block device", make_node(S_IFBLK, makedev(254, 0)));
    tell("memory device", make_node(S_IFCHR, makedev(1, 1)));
    tell("file capability", give_file_a_capability());
    tell("core_pattern", write_to("/proc/sys/kernel/core_pattern"));
    tell("modprobe's path", write_to("/proc/sys/kernel/modprobe"));
    tell("unprivileged ports", write_to("/proc/sys/net/ipv4/ip_unprivileged_port_start"));
    tell("sysrq", write_to("/proc/sysrq-trigger"));
    tell("own badness lowered", ({
        int fd = open("/proc/self/oom_score_adj", O_WRONLY);
        fd < 0 ? -1 : write(fd, "-1000", 5);
    }));
    tell("kernel memory", look("/proc/kcore", O_RDONLY));
    tell("kernel log", look("/proc/kmsg", O_RDONLY));
    tell("kernel log device", look("/dev/kmsg", O_RDONLY));
    tell("/sys", access("/sys", F_OK));
    tell("control groups", access("/sys/fs/cgroup", F_OK));
    tell("tun device", look("/dev/net/tun", O_RDWR));
    tell("kvm", look("/dev/kvm", O_RDWR));
    tell("fuse", look("/dev/fuse", O_RDWR));
    tell("the host's disk", look("/dev/vda", O_RDONLY));
    tell("terminal of the user", look("/dev/tty", O_RDONLY));
    tell("bubblewrap's old root", access("/oldroot", F_OK));
    tell("bubblewrap's new root", access("/newroot", F_OK));
    tell("palana-init overwritten", write_to("/run/palana-init"));
    tell("a program overwritten", write_to("/usr/bin/env"));
    tell("a hard link to a program", link("/usr/bin/env", "/data/env"));
    tell("/data renamed", rename("/data", "/data2"));
    tell("above the root", access("/../../../../root", F_OK));
    names_in("devices", "/dev");
    names_in("root", "/");
    setuid_program();
    mounts_without_setuid();
    fill("/tmp filled", "/tmp/big");
    fill("/dev/shm filled", "/dev/shm/big");
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    descriptors();
    network();
    processes(argv[1]);
    files();
    return 0;
}
