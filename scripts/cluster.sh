#!/usr/bin/env bash
# A Kubernetes cluster of one node for the end-to-end test and for trying things: real pods, no network but its own.
#
#   scripts/cluster.sh up [--until PID]   starts it and returns when pods run; --until ends it as soon as that process ends
#   scripts/cluster.sh down               ends it; its logs stay
#   scripts/cluster.sh status             what of it runs
#   scripts/cluster.sh load IMAGE.tar...  imports OCI archives (make images)
#   scripts/cluster.sh kubectl ARGS...    as its administrator
#   scripts/cluster.sh enter COMMAND...   runs something on the node; KUBECONFIG is the administrator's
#   scripts/cluster.sh outside COMMAND... runs something on the other side of the node's network, "the Internet"
#   scripts/cluster.sh policies on|off    enforces NetworkPolicies (it does from the start), or no longer
#   scripts/cluster.sh logs [PART]        which logs there are, or one of them
#
# Needs root and what scripts/setup.sh kubernetes-node brings. All of it lives in .build/cluster (PALANA_CLUSTER) and in
# namespaces of its own for mounts, processes, host name and network: nothing is installed, mounted or listening outside of
# them, and nothing is left when they end, however they end. docs/guides/test-cluster.md says what is real and what isn't.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/cluster/lib.sh
. "$ROOT/scripts/cluster/lib.sh"

# A busy machine of two processors takes minutes; an idle one half of one.
START_SECONDS=480

up() {
    local owner="" seen=0 lines deadline
    if [ "${1:-}" = --until ]; then
        owner=${2:?--until needs a process id}
        kill -0 "$owner" 2>/dev/null || fail "--until $owner: there is no such process"
    fi
    check_machine
    mkdir -p "$CLUSTER"
    exec 9>"$CLUSTER/.lock"
    flock -n 9 || fail "another command is starting or ending the cluster in $CLUSTER: wait for it"
    if is_running && [ -e "$CLUSTER/ready" ]; then
        say "The cluster is up already ($CLUSTER)."
        return
    fi
    clear_remains
    rm -rf "$LOGS"
    mkdir -p "$LOGS"
    : >"$CLUSTER/steps"
    trap 'end_cluster; exit 130' INT TERM HUP
    setsid "$ROOT/scripts/cluster/keeper.sh" "$CLUSTER" "$owner" </dev/null >"$LOGS/keeper.log" 2>&1 9>&- &
    printf '%s\n' $! >"$CLUSTER/keeper.pid"
    deadline=$((SECONDS + START_SECONDS))
    until [ -e "$CLUSTER/ready" ]; do
        lines=$(wc -l <"$CLUSTER/steps")
        tail -n +$((seen + 1)) "$CLUSTER/steps" | head -n $((lines - seen))
        seen=$lines
        is_running || start_failed "it ended"
        [ $SECONDS -lt $deadline ] || start_failed "it isn't ready after $START_SECONDS s"
        sleep 0.2
    done
    trap - INT TERM HUP
    tail -n +$((seen + 1)) "$CLUSTER/steps"
    say "The cluster is up. Try: scripts/cluster.sh kubectl get pods --all-namespaces"
}

start_failed() {
    tail -n 15 "$LOGS/node.log" 2>/dev/null | sed 's/^/    | /' >&2
    end_cluster
    fail "the cluster did not start: $1 (logs: $LOGS)"
}

check_machine() {
    local program
    [ "$(id -u)" = 0 ] || fail "a node makes namespaces, mounts and control groups, which needs root: run this with sudo"
    for program in "$NODE/bin/kubelet" "$NODE/bin/containerd" "$NODE/cni/bridge" kube-apiserver etcd kubectl nft iptables conntrack dnsmasq; do
        type -P "$program" >/dev/null || fail "there is no $program: run scripts/setup.sh kubernetes-node"
    done
}

# Kills the keeper's whole cluster; the kernel ends what is in its process namespace.
end_cluster() {
    local keeper
    if is_running; then
        keeper=$(cat "$CLUSTER/keeper.pid")
        kill "$keeper" 2>/dev/null || true
        for _ in $(seq 100); do
            is_running || break
            sleep 0.1
        done
        ! is_running || kill -KILL "$keeper"
    fi
    clear_remains
}

# What a cluster leaves when nobody could clear up after it. Logs stay.
clear_remains() {
    remove_control_groups
    find "$CLUSTER" -mindepth 1 -maxdepth 1 ! -name .lock ! -name log -exec rm -rf --one-file-system {} +
}

down() {
    [ -d "$CLUSTER" ] || return 0
    exec 9>"$CLUSTER/.lock"
    flock -w 60 9 || fail "another command is starting or ending the cluster in $CLUSTER: wait for it"
    is_running || say "No cluster was running in $CLUSTER."
    end_cluster
}

status() {
    local file
    must_run
    for file in "$CLUSTER"/pids/*; do
        printf '%-24s %s\n' "${file##*/}" "$(in_node kill -0 "$(cat "$file")" 2>/dev/null && echo runs || echo "DOES NOT RUN")"
    done
    printf '%-24s %s\n' NetworkPolicies "$([ -e "$CLUSTER/policies-off" ] && echo "not enforced" || echo enforced)"
    as_administrator kubectl get nodes,pods --all-namespaces
}

load() {
    local archive
    must_run
    [ $# -gt 0 ] || fail "load needs OCI archives: make images makes some in .build/images"
    for archive in "$@"; do
        import_image "$archive"
    done
}

policies() {
    must_run
    case ${1:-} in
    on) rm -f "$CLUSTER/policies-off" ;;
    off) : >"$CLUSTER/policies-off" ;;
    *) fail "policies on, or policies off?" ;;
    esac
    # The enforcer says what it did last.
    for _ in $(seq 100); do
        [ "$(cat "$CLUSTER/policies" 2>/dev/null)" != "$1" ] || return 0
        sleep 0.1
    done
    fail "NetworkPolicies are not $1 after 10 s (log: $LOGS/network-policies.log)"
}

logs() {
    if [ $# = 0 ]; then
        ls "$LOGS"
    else
        cat "$LOGS/$1.log"
    fi
}

command=${1:-}
[ $# = 0 ] || shift
case $command in
up | down | status | load | policies | logs) "$command" "$@" ;;
kubectl) must_run && as_administrator kubectl "$@" ;;
enter) must_run && as_administrator "$@" ;;
outside) must_run && in_node ip netns exec outside "$@" ;;
*)
    sed -n '2,/^set /{s/^# \{0,1\}//;/^set /d;p}' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
