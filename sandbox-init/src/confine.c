#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "loop.h"
#include "namespaces.h"
#include "seccomp.h"

static int set_capabilities(uint32_t kept) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{.effective = kept, .permitted = kept}};
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return -1;
    return (int)syscall(SYS_capset, &header, data);
}

static int empty_bounding_set(void) {
    for (int capability = 0; capability < 64; capability++) {
        int held = prctl(PR_CAPBSET_READ, capability);
        if (held < 0) return capability > CAP_SETFCAP ? 0 : -1;  // past the kernel's last one
        if (held > 0 && prctl(PR_CAPBSET_DROP, capability) != 0) return -1;
    }
    return 0;
}

void confine_init(const struct options *options) {
    uint32_t kept = 0;
    if (!options->user_mode) {
        kept = 1U << CAP_SETUID | 1U << CAP_SETGID | 1U << CAP_KILL;
        if (empty_bounding_set() != 0) die("can't empty the bounding set");
    }
    if (set_capabilities(kept) != 0) die("can't drop capabilities");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) die("no_new_privs");
    if (prctl(PR_SET_DUMPABLE, 0) != 0) die("can't become undumpable");
}

static int limit(int resource, uint64_t value) {
    struct rlimit now;
    if (value == 0) return 0;
    if (getrlimit((__rlimit_resource_t)resource, &now) != 0) return -1;
    if (now.rlim_max != RLIM_INFINITY && now.rlim_max < value) value = now.rlim_max;
    return setrlimit((__rlimit_resource_t)resource, &(struct rlimit){value, value});
}

/// A host user that nothing else has.
static const char *become_user(uid_t uid) {
    if (setgroups(0, NULL) != 0) return "can't drop groups";
    if (setresgid(uid, uid, uid) != 0) return "can't change the group";
    if (setresuid(uid, uid, uid) != 0) return "can't change the user";
    if (setuid(0) == 0) return "the user can be changed back";
    return NULL;
}

/// The agent's own user namespace, in which it is an ordinary user whose bounding set is empty too.
static const char *enter_namespaces(void) {
    if (join_agent_namespaces() != 0) return "can't enter the agent's namespaces";
    const unsigned long locked = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED |
                                 SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
                                 SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
    if (prctl(PR_SET_SECUREBITS, locked) != 0) return "can't lock the secure bits";
    if (empty_bounding_set() != 0) return "can't empty the bounding set";
    return NULL;
}

const char *confine_child(const struct options *options) {
    umask(022);
    if (limit(RLIMIT_CORE, 1) != 0 || limit(RLIMIT_NOFILE, options->open_files) != 0 ||
        limit(RLIMIT_NPROC, options->processes) != 0 || limit(RLIMIT_DATA, options->memory) != 0)
        return "can't set limits";
    const char *failure = options->user_mode ? enter_namespaces() : become_user(options->uid);
    if (failure) return failure;
    if (set_capabilities(0) != 0) return "can't drop capabilities";
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "can't set no_new_privs";
    if (install_filter() != 0) return "can't install the system call filter";
    return NULL;
}
