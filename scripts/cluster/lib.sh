# shellcheck shell=bash
# What every script of the test cluster knows: its folder, its addresses, and how to get into its namespaces.
# Expects ROOT, the checkout.

# shellcheck source=scripts/tools.sh
. "$ROOT/scripts/tools.sh"
CLUSTER=$(realpath -m "${PALANA_CLUSTER:-$ROOT/.build/cluster}")
# shellcheck disable=SC2034 # for those who read this file, as are the addresses
LOGS=$CLUSTER/log
NODE=${PALANA_CACHE:-$HOME/.cache/palana}/kubernetes-node

# Addresses inside the network namespaces.
# shellcheck disable=SC2034
{
    NODE_NAME=node1
    NODE_ADDRESS=10.99.0.1
    API_SERVER=https://$NODE_ADDRESS:6443
    SERVICE_RANGE=10.96.0.0/16
    FIRST_SERVICE=10.96.0.1
    DNS_SERVICE=10.96.0.10
    POD_RANGE=10.244.0.0/24
    # Beyond the node. The platform refuses private and documentation ranges, so the servers of tests need an address that
    # counts as public; it never leaves its namespace, which has no way out.
    OUTSIDE_GATEWAY=10.99.0.254
    OUTSIDE_ADDRESS=11.0.0.1
    OUTSIDE_DNS=11.0.0.53
    METADATA_ADDRESS=169.254.169.254
    # All names below it are OUTSIDE_ADDRESS, for everybody who asks the cluster's DNS.
    OUTSIDE_DOMAIN=e2e.test
}

say() { printf '%s\n' "$*"; }
fail() {
    printf 'cluster: %s\n' "$*" >&2
    exit 1
}

is_running() {
    local keeper
    keeper=$(cat "$CLUSTER/keeper.pid" 2>/dev/null) && [ -n "$keeper" ] || return
    # The number may be another process's by now.
    grep -qaF "$CLUSTER" "/proc/$keeper/cmdline" 2>/dev/null
}

must_run() {
    { is_running && [ -e "$CLUSTER/ready" ]; } || fail "no cluster runs in $CLUSTER: start it with scripts/cluster.sh up"
}

# in_node COMMAND...: in the node's namespaces, with its programs on PATH.
in_node() {
    nsenter --target "$(cat "$CLUSTER/init.pid")" --mount --net --pid --uts --wd="$PWD" env PATH="$NODE/bin:$PATH" "$@"
}

as_administrator() { in_node env KUBECONFIG="$CLUSTER/admin.kubeconfig" PALANA_CLUSTER="$CLUSTER" "$@"; }

import_image() {
    in_node ctr -n k8s.io images import --snapshotter "$(cat "$CLUSTER/snapshotter")" "$1" >/dev/null ||
        fail "containerd does not take $1: it should be an OCI archive (make images)"
}

# The control group that all pods' are below, of its own for each folder.
control_group() { printf 'palana-cluster-%s\n' "$(printf '%s' "$CLUSTER" | sha256sum | cut -c 1-8)"; }

# Prints where it is: one path with control groups v2, one for each hierarchy with v1.
control_group_paths() {
    local hierarchy
    if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
        printf '/sys/fs/cgroup/%s\n' "$(control_group)"
        return
    fi
    for hierarchy in /sys/fs/cgroup/*/; do
        [ -L "${hierarchy%/}" ] || [ ! -e "$hierarchy/cgroup.procs" ] || printf '%s%s\n' "$hierarchy" "$(control_group)"
    done
}

# Ends what is still in it, and removes it.
remove_control_groups() {
    local path attempt
    for attempt in $(seq 50); do
        local left=no
        while read -r path; do
            [ -d "$path" ] || continue
            left=yes
            find "$path" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u >"$CLUSTER/.left" || true
            xargs -r kill -KILL <"$CLUSTER/.left" 2>/dev/null || true
            find "$path" -depth -type d -exec rmdir {} + 2>/dev/null || true
        done < <(control_group_paths)
        [ $left = yes ] || return 0
        [ "$attempt" = 1 ] || sleep 0.1
    done
    say "cluster: could not remove the control group $(control_group)" >&2
}
