#!/usr/bin/env bash
# One of two replicas of the gateway is gone from one moment to the next, while an agent asks all the time.
# shellcheck source=Tests/EndToEnd/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=Tests/EndToEnd/owner.sh
. Tests/EndToEnd/owner.sh

expect "an agent runs" prepare_demo
victim="palana-gateway-0"
addresses() { kubectl --namespace "$(place)" get endpointslice egress-ipv4 -o 'jsonpath={.endpoints[*].addresses[*]}'; }
has_two() { [ "$(addresses | wc -w)" = 2 ]; }
expect "its Service has two replicas of the gateway" eventually 60 has_two

# Four at a time, one request after the other: a line each, when it began, when it ended, what came of it.
flow='
import os, sys, threading, time, urllib.request
lock = threading.Lock()
def work():
    while not os.path.exists("/data/stop"):
        begun = time.time()
        try:
            with urllib.request.urlopen("https://api.e2e.test/v1/flow", timeout=5) as answer:
                answer.read()
            outcome = "ok"
        except Exception as error:
            outcome = f"failed {type(error).__name__} {error}".replace("\n", " ")
        with lock:
            print(begun, time.time(), outcome, flush=True)
        time.sleep(0.05)
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
'
# ok_since FILE-WITH-A-TIME
ok_since() { awk -v since="$(cat "$1")" '$1 > since && $3 == "ok"' "$work/flow.out" | wc -l; }
flows_since() { [ "$(ok_since "$1")" -ge 20 ]; }
stop_flow() { in_agent 'open("/data/stop", "w").close()'; }

date +%s.%N >"$work/flow-began-at"
in_agent "$flow" >"$work/flow.out" 2>&1 </dev/null &
flow_process=$!
background+=("$flow_process")
expect "it asks and is answered" eventually 30 flows_since "$work/flow-began-at"
address=$(kubectl --namespace $system get pod $victim -o 'jsonpath={.status.podIP}')
out_of_service() { addresses >"$work/addresses" && ! grep -qwF "$address" "$work/addresses"; }
kill_replica() {
    date +%s.%N >"$work/replica-killed-at"
    kubectl --namespace $system delete pod $victim --grace-period=0 --force --wait=false
    eventually 10 out_of_service
    date +%s.%N >"$work/replica-out-at"
}
expect "one replica is killed, and out of the agent's Service at once" kill_replica
expect "requests succeed again within seconds" eventually 10 flows_since "$work/replica-out-at"
new_one() { [ "$(kubectl --namespace $system get pod $victim -o 'jsonpath={.status.podIP}')" != "$address" ]; }
expect "a new one is made" eventually 60 new_one
expect "and gets ready" kubectl --namespace $system rollout status statefulset/palana-gateway --timeout=180s
expect "and into the Service" eventually 60 has_two
date +%s.%N >"$work/replica-back-at"
expect "requests go on" eventually 20 flows_since "$work/replica-back-at"
expect "the agent is told to stop" stop_flow
has_stopped() { ! kill -0 "$flow_process"; }
expect "and does" eventually 20 has_stopped
in_agent 'import os; os.remove("/data/stop")' || true

# The node's table of Services follows the endpoints within a second or two.
failed_after() {
    awk -v out="$(cat "$work/replica-out-at")" '$3 == "failed" && $1 > out + 2' "$work/flow.out" | head -n 5
}
failed_before() { awk -v killed="$(cat "$work/replica-killed-at")" '$3 == "failed" && $2 < killed' "$work/flow.out"; }
equal "no request failed before" "" failed_before
equal "and none that began after the replica was out of the Service: only those on their way at that moment" "" failed_after
printf '    %s of %s requests failed, all in %s s\n' "$(grep -c ' failed ' "$work/flow.out" || true)" "$(wc -l <"$work/flow.out")" \
    "$(awk -v a="$(cat "$work/replica-killed-at")" -v b="$(cat "$work/replica-out-at")" 'BEGIN { printf "%.1f", b - a }')"
