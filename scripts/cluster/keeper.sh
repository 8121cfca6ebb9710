#!/usr/bin/env bash
# Holds the cluster's namespaces: keeper.sh FOLDER [OWNER]. When it ends, all in them ends; when the process OWNER ends, it does.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export PALANA_CLUSTER=$1
owner=${2:-}
# shellcheck source=scripts/cluster/lib.sh
. "$ROOT/scripts/cluster/lib.sh"

node=""
end() {
    trap '' TERM INT HUP
    [ -z "$node" ] || kill -KILL "$node" 2>/dev/null || true
    wait || true
    remove_control_groups
    exit 0
}
trap end TERM INT HUP

# The first process of a process namespace takes all others with it; it goes with unshare, and unshare with us.
setpriv --pdeathsig KILL unshare --mount --net --pid --uts --fork --kill-child=KILL --propagation private \
    "$ROOT/scripts/cluster/node.sh" >"$LOGS/node.log" 2>&1 &
node=$!
while kill -0 "$node" 2>/dev/null; do
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
        echo "process $owner has ended"
        break
    fi
    sleep 1 &
    wait $! || true
done
end
