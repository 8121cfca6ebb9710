#!/usr/bin/env bash
# Measures a release build of Palana against no proxy, bare Envoy and mitmproxy: same client, same upstream, same machine,
# in rounds that go around the peers. Results: Benchmarks/results/DATE-Ncores. See Benchmarks/README.md.
#
#   Benchmarks/run.sh [--quick] [--seconds N] [--results FOLDER] [--without-palana]
#
#   --quick            one short round, to see that all works; its numbers say little
#   --seconds N        how long each case is measured in a round (default 3)
#   --without-palana   only the other peers
#   PALANA=PROGRAM     measure this program instead of building one; PALANA_LOAD=PROGRAM: with this client
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
# shellcheck source=scripts/tools.sh
. "$root/scripts/tools.sh"
# shellcheck source=Benchmarks/lib/common.sh
. "$here/lib/common.sh"
# shellcheck source=Benchmarks/lib/upstream.sh
. "$here/lib/upstream.sh"
# shellcheck source=Benchmarks/lib/peers.sh
. "$here/lib/peers.sh"
# shellcheck source=Benchmarks/lib/palana.sh
. "$here/lib/palana.sh"
unset PALANA_CONTEXT PALANA_STATE "${!VAULT_@}"

# Lengths of a full run.
rounds=3 seconds=3 warmup=1 cold_requests=60 up_tries=3 start_tries=15 many_agents=1000
output=$here/results/$(date +%F)-$(nproc)cores
with_palana=yes

while [ $# -gt 0 ]; do
    case $1 in
    --quick) rounds=1 seconds=1 warmup=0.3 cold_requests=10 up_tries=1 start_tries=3 many_agents=20 ;;
    --results)
        output=${2:?"--results needs a folder"}
        shift
        ;;
    --seconds)
        seconds=${2:?"--seconds needs a number"}
        shift
        ;;
    --without-palana) with_palana=no ;;
    *) fail "unknown argument '$1': there are --quick, --seconds N, --results FOLDER and --without-palana" ;;
    esac
    shift
done

build() {
    client=${PALANA_LOAD:-$here/.build/release/palana-load}
    [ -n "${PALANA_LOAD:-}" ] || swift build -c release --package-path "$here" --product palana-load
    palana_program=${PALANA:-}
    [ $with_palana = yes ] && [ -z "$palana_program" ] || return 0
    (cd "$root" && swift build -c release --product palana --scratch-path .build-release)
    palana_program=$root/.build-release/release/palana
}

# tidy up whatever happened
at_exit() {
    local status=$?
    [ ! -e "$work/state/lock" ] || palana down >/dev/null || true
    stop_launched
    [ $status = 0 ] || { tail -n 5 "$work"/log/*.out "$work"/state/logs/*.log 2>/dev/null >&2 || true; }
    rm -rf "$work"
    exit $status
}

describe_machine() {
    jq -n --arg date "$(date -u +%FT%TZ)" --arg cores "$(nproc)" --arg kernel "$(uname -sr)" \
        --arg processor "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
        --arg memory "$(awk '/MemTotal/ { print int($2 / 1024) " MiB" }' /proc/meminfo)" \
        --arg load "$(cut -d' ' -f1-3 /proc/loadavg)" --arg commit "$(git -C "$root" rev-parse --short HEAD)" \
        --arg swift "$(swift --version 2>/dev/null | grep -o 'Swift version [0-9.]*')" \
        --arg envoy "$(envoy --version | grep -oE '/[0-9.]+/' | tr -d /)" --arg opa "$(opa version | awk 'NR == 1 { print $2 }')" \
        --arg bao "$(bao version | awk '{ print $2 }')" --arg nginx "$(nginx -v 2>&1 | sed 's#.*/##')" \
        --arg length "$rounds rounds, $seconds s a case after $warmup s" --arg mitmproxy "$MITMPROXY" --arg python "$(python3 -V | cut -d' ' -f2)" \
        '$ARGS.named' >"$output/machine.json"
}

# peer NAME ADDRESS TUNNEL TRUST: one line of JSON
peer() { jq -nc --arg name "$1" --arg address "$2" --argjson tunnel "$3" --arg trust "$4" '$ARGS.named'; }

other_peers() {
    peer direct $ADDRESS:$port false "$work/ca.pem"
    peer envoy "$work/envoy.sock" true "$work/ca.pem"
    peer mitmproxy "$work/mitmproxy.sock" true "$work/mitmproxy/mitmproxy-ca-cert.pem"
}

# Rows of agents.tsv as peers, named by the peer names given, in order.
palana_peers() {
    local name socket placeholder
    while IFS=$'\t' read -r name socket placeholder; do
        peer "$1" "$socket" true "$work/state/ca/ca.pem"
        keys=$(jq -c --arg name "$1" --arg key "$placeholder" '.[$name] = $key' <<<"$keys")
        shift
        [ $# -gt 0 ] || break
    done <"$work/agents.tsv"
}

# load NAME CONNECTIONS KEYED COLD: measures the peers in the file peers, into NAME.jsonl.
load() {
    jq -n --slurpfile peers "$work/peers" --argjson keys "$keys" --argjson rounds $rounds --argjson seconds "$seconds" \
        --argjson warmup $warmup --argjson port $port --argjson connections "$2" --argjson keyed "$3" --argjson cold "$4" \
        '$ARGS.named' >"$work/settings.json"
    python3 "$here/plan.py" "$work/settings.json" >"$work/plan.json"
    "$client" "$work/plan.json" >"$output/$1.jsonl" || fail "the load client gave up; see above"
}

main() {
    build
    work=$(mktemp -d /tmp/pb.XXXXXX)
    trap at_exit EXIT
    trap 'exit 130' INT TERM
    umask 077
    mkdir -p "$work/log"
    rm -rf "$output"
    mkdir -p "$output"
    printf 'sk_bench_fake_%s' "$(openssl rand -hex 16)" >"$work/api.key"
    placeholder=sk_test_$(openssl rand -hex 16)
    keys=$(jq -nc --rawfile key "$work/api.key" --arg placeholder "$placeholder" '{direct: $key, mitmproxy: $placeholder}')
    describe_machine
    install_mitmproxy
    start_upstream
    [ $with_palana = no ] || measure_platform
    headline "Latency and throughput, $rounds rounds"
    start_envoy
    start_mitmproxy
    other_peers >"$work/peers"
    [ $with_palana = no ] || palana_peers palana >>"$work/peers"
    load peers '[1, 8]' true "$cold_requests"
    [ $with_palana = no ] || measure_scale
    python3 "$here/report.py" "$output" | tee "$output/summary.md"
}

measure_platform() {
    headline "Readiness, memory, agent start"
    measure_up
    sleep 5
    measure_memory "idle, no agent"
    new_agent first $((rounds + 1))
    measure_start
    new_agent rules20 20
    new_agent rules2000 2000
}

# Rules and agents: more of them must cost nothing.
measure_scale() {
    headline "20 and 2,000 rules, 1 and $many_agents agents"
    peer envoy "$work/envoy.sock" true "$work/ca.pem" >"$work/peers"
    palana_peers palana rules20 rules2000 >>"$work/peers"
    load rules '[1]' false 0
    measure_memory "before $many_agents agents"
    register_many
    sleep 5
    measure_memory "with $many_agents agents"
    peer envoy "$work/envoy.sock" true "$work/ca.pem" >"$work/peers"
    palana_peers palana >>"$work/peers"
    load agents '[1, 8]' false 0
}

main
