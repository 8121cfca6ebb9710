#!/usr/bin/env bash
# The first process in the cluster's namespaces: sets up mounts and network, starts every part, and reaps what they leave.
# The parts' output goes to log/PART.log of the cluster's folder, their process ids (as seen on the node) to pids/PART.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=scripts/cluster/lib.sh
. "$ROOT/scripts/cluster/lib.sh"
# shellcheck source=scripts/cluster/mounts.sh
. "$ROOT/scripts/cluster/mounts.sh"
# shellcheck source=scripts/cluster/network.sh
. "$ROOT/scripts/cluster/network.sh"
# shellcheck source=scripts/cluster/certificates.sh
. "$ROOT/scripts/cluster/certificates.sh"
# shellcheck source=scripts/cluster/files.sh
. "$ROOT/scripts/cluster/files.sh"
# shellcheck source=scripts/cluster/parts.sh
. "$ROOT/scripts/cluster/parts.sh"

# Until /proc is our own, it knows us by the number that we have outside.
read -r outer _ </proc/self/stat
printf '%s\n' "$outer" >"$CLUSTER/init.pid"
mkdir -p "$CLUSTER/pids"

# Nothing of an administrator's shell belongs into a node, proxies least of all.
unset "${!KUBE@}" http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY
export PATH=$NODE/bin:$PATH

step() { printf "%4s s  %s\n" $SECONDS "$*" >>"$CLUSTER/steps"; }

step "mounts, network, certificates"
make_mounts
make_control_groups
make_network
make_certificates
make_files
step "etcd, kube-apiserver"
start_etcd
start_api_server
step "containerd, controllers, kubelet"
start_containerd
start_controllers
load_images
start_kubelet
start_proxy
start_standins
apply_addons
step "waiting for the node and the cluster's DNS"
wait_for_node
step "ready"
: >"$CLUSTER/ready"

while :; do
    sleep infinity &
    wait $! || true
done
