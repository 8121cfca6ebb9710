# shellcheck shell=bash
# The node's own view of the file system: programs find /run, /var/lib, /var/log and two files of /etc as a node has them,
# all of it in the cluster's folder.

make_mounts() {
    local file
    mount -t proc proc /proc
    mkdir -p "$CLUSTER"/{var-lib,etc,run} "$LOGS/node"
    cover /run "$CLUSTER/run"
    cover /var/lib "$CLUSTER/var-lib"
    cover /var/log "$LOGS/node"
    mkdir -p /run/netns /run/lock /var/lib/volumes /var/lib/names
    printf '127.0.0.1 localhost\n%s %s\n' "$NODE_ADDRESS" "$NODE_NAME" >"$CLUSTER/etc/hosts"
    printf 'nameserver %s\noptions timeout:2 attempts:3\n' "$DNS_SERVICE" >"$CLUSTER/etc/resolv.conf"
    # What pods with dnsPolicy Default get.
    printf 'nameserver %s\n' "$OUTSIDE_DNS" >"$CLUSTER/etc/resolv-outside.conf"
    for file in hosts resolv.conf; do
        replace_file "/etc/$file" "$CLUSTER/etc/$file"
    done
    hostname "$NODE_NAME"
    # kubelet and containerd hand mounts from one to the other.
    mount --make-rshared /
}

# cover TARGET FOLDER: FOLDER instead of TARGET. Our checkout, cache and folder stay where they are, also below TARGET, and so
# does Debian's list of what is installed: images are built by it.
cover() {
    local target=$1 path old
    old=$(mktemp -d)
    mount --rbind "$target" "$old"
    mount --bind "$2" "$target"
    for path in "$ROOT" "${PALANA_CACHE:-$HOME/.cache/palana}" "$CLUSTER" /var/lib/dpkg; do
        case $path in
        "$target"/*)
            [ -d "$old/${path#"$target"/}" ] || continue
            mkdir -p "$path"
            mount --rbind "$old/${path#"$target"/}" "$path"
            ;;
        esac
    done
    umount --lazy "$old"
    rmdir "$old"
}

# replace_file TARGET FILE: through a symbolic link too; its end may have been below a folder that is covered now.
replace_file() {
    local target
    target=$(realpath -m "$1")
    if [ ! -e "$target" ]; then
        mkdir -p "$(dirname "$target")" && : >"$target"
    fi
    mount --bind "$2" "$target"
}

# Pods' control groups are below one of our own: the machine may run a kubelet itself.
make_control_groups() {
    local path file
    [ ! -e /sys/fs/cgroup/cgroup.controllers ] || hand_down /sys/fs/cgroup
    while read -r path; do
        mkdir -p "$path"
        if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
            hand_down "$path"
            continue
        fi
        # A new group of v1's cpuset is empty, and nothing can be put into it.
        for file in cpuset.cpus cpuset.mems; do
            [ ! -e "$path/$file" ] || cat "${path%/*}/$file" >"$path/$file"
        done
    done < <(control_group_paths)
}

# hand_down GROUP: control groups v2; what a group doesn't hand down, kubelet can't limit.
hand_down() {
    local controller
    for controller in cpuset cpu io memory hugetlb pids; do
        echo "+$controller" >"$1/cgroup.subtree_control" 2>/dev/null || true
    done
}
