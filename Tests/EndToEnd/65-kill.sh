#!/usr/bin/env bash
# Kill switches on an agent in a pod, level by level, by an administrator who uses palana's own commands.
# shellcheck source=Tests/EndToEnd/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=Tests/EndToEnd/owner.sh
. Tests/EndToEnd/owner.sh

expect "an agent runs" prepare_demo
expect "and has a file in /data" in_agent 'open("/data/kept", "w").write("kept")'
before=$(held)
agents_place=$(place)

# kill_at LEVEL; the switch that it made; release
kill_at() {
    date +%s.%N >"$work/killed-at"
    administrator kill $owner/demo --level "$1" --reason "End-to-end test" --wait --timeout 90 >"$work/kill.out"
}
switch() { sed -n 's,^killswitch/\([^:]*\):.*,\1,p' "$work/kill.out"; }
release() { administrator release "$(switch)"; }
is_killed() { [ "$(agent phase)" = Killed ]; }
pod() { kubectl --namespace "$agents_place" get pod agent-0 -o "jsonpath={.$1}"; }

# An open stream, as the agent sees it: lines of time and event.
stream='
import time, urllib.request
try:
    with urllib.request.urlopen("https://api.e2e.test/v1/stream", timeout=30) as answer:
        while piece := answer.read1(100):
            print(time.time(), "got", len(piece), flush=True)
    print(time.time(), "ended", flush=True)
except Exception as error:
    print(time.time(), "cut", type(error).__name__, error, flush=True)
'
flows() { [ "$(grep -c ' got ' "$work/stream.out")" -ge 5 ]; }
is_cut() { grep -E ' (cut|ended)' "$work/stream.out"; }
# The other side's clock counts: the API on the Internet could send no more.
seconds_until_cut() {
    local ended
    ended=$(sed -n 's,.*"ended": "/v1/stream".*"at": \([0-9.]*\).*,\1,p' "$work/upstream.log" | tail -n 1)
    awk -v killed="$(cat "$work/killed-at")" -v ended="$ended" 'BEGIN { if (ended == "") exit 1; print ended - killed }'
}
cut_in_time() { seconds_until_cut | awk '{ exit !($1 >= 0 && $1 < 3) }'; }

# Network
in_agent "$stream" >"$work/stream.out" 2>&1 </dev/null &
background+=($!)
expect "the agent has a stream open" eventually 30 flows
uid=$(pod metadata.uid)
expect "it is killed at network" kill_at network
expect "its stream is cut" eventually 10 is_cut
expect "within 3 s, seen from outside" eventually 5 cut_in_time
expect "what it asks gets nowhere" refused /v1/killed
expect "the Agent says so" eventually 20 is_killed
equal "its pod runs on" "$uid Running" pod 'metadata.uid} {.status.phase'
equal "with all that was in it" kept in_agent 'print(open("/data/kept").read())'
refuse "its owner can't release it" 'forbidden|cannot' carol release "$(switch)" --namespace $system
expect "it is released" release
expect "and reaches the API again" eventually 30 answered /v1/released
equal "in the same pod" "$uid" pod metadata.uid

# Suspend
expect "it is killed at suspend" kill_at suspend
expect "and has no pod" no_pod "$agents_place"
expect "the Agent says so, too" eventually 20 is_killed
expect "its volume stays" kubectl --namespace "$agents_place" get persistentvolumeclaim data
start_again() { carol run demo -- /usr/bin/python3 -c pass; }
refuse "its owner can't start it" 'does not run' start_again
expect "and it has no pod still" no_pod "$agents_place"
expect "it is released from that" release
expect "and runs again" eventually 120 holds_placeholder
equal "with the same placeholder" "$before" held
equal "and its file" kept in_agent 'print(open("/data/kept").read())'
expect "and reaches the API" eventually 30 answered /v1/released-again

# Terminate
no_agent() { ! kubectl --namespace "$(home)" get agent demo 2>"$work/no-agent" && grep -F NotFound "$work/no-agent"; }
no_place() { ! kubectl get namespace "$agents_place" 2>"$work/no-place" && grep -F NotFound "$work/no-place"; }
expect "it is killed at terminate" kill_at terminate
expect "and the Agent is gone" eventually 60 no_agent
expect "with all that was made for it" eventually 90 no_place
make_again() {
    make_demo
    eventually 60 no_agent
}
expect "made anew, it is deleted again" make_again
expect "the switch is taken back" release
expect "and an agent of that name can be" prepare_demo
