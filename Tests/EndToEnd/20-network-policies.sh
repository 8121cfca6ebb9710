#!/usr/bin/env bash
# Shows that the test cluster's own NetworkPolicies hold: network_policies.py.
# shellcheck source=Tests/EndToEnd/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
outside=""
end() {
    [ -z "$outside" ] || kill "$outside" 2>/dev/null || true
    ip -n outside address del 11.0.0.2/32 dev out0 2>/dev/null || true
    kubectl delete namespace e2e-red e2e-blue --ignore-not-found --wait=false >/dev/null 2>&1 || true
}
trap end EXIT
ip -n outside address add 11.0.0.2/32 dev out0
ip netns exec outside python3 Tests/EndToEnd/listen.py tcp:80 </dev/null >/dev/null 2>&1 &
outside=$!
python3 Tests/EndToEnd/network_policies.py
