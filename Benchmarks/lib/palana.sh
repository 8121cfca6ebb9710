# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs is set by run.sh
# Palana itself, a release build, with a state folder of its own.
# Needs what lib/upstream.sh sets, palana_program, output.

palana() { PALANA_STATE=$work/state "$palana_program" "$@"; }

palana_up() {
    palana up --detach --trust-ca "$work/ca.pem" --resolver "$DNS_ADDRESS:$DNS_PORT" \
        --allow-private "*=127.78.0.0/24:$port"
}

# How long until the platform is ready: with a new state folder (first) and with one that is there (again).
measure_up() {
    local try
    for ((try = 0; try < up_tries; try++)); do
        rm -rf "$work/state"
        timed "$output/up.tsv" first palana_up
        palana down >/dev/null
        timed "$output/up.tsv" again palana_up
        [ $try = $((up_tries - 1)) ] || palana down >/dev/null
    done
}

platform_pid() { palana status -o json | jq -r .pid; }

# measure_memory NAME: what all of the platform's processes hold.
measure_memory() { python3 "$here/memory.py" "$(platform_pid)" | jq -c --arg name "$1" '{name: $name} + .' >>"$output/memory.jsonl"; }

# agent NAME RULES: manifest of an agent that may reach the upstream, among RULES rules.
agent_manifest() {
    local number
    cat <<YAML
---
apiVersion: palana.dev/v1alpha1
kind: Agent
metadata: {name: $1}
spec:
  secrets:
  - {name: BENCH_KEY, hosts: [api.bench.test], in: [header]}
  egress:
    default: deny
    allow:
    - {host: api.bench.test, ports: [$port]}
YAML
    for ((number = 1; number <= rounds; number++)); do echo "    - {host: \"*.r$number.bench.test\", ports: [$port]}"; done
    for ((number = 1 + rounds; number < $2; number++)); do
        echo "    - {host: \"host$number.elsewhere.test\", ports: [443], methods: [GET], paths: [/v1/**]}"
    done
}

# new_agent NAME RULES: applies it and adds "NAME socket placeholder" to agents.tsv.
new_agent() {
    local name=$1 deadline=$((SECONDS + 10)) socket=""
    agent_manifest "$name" "$2" >"$work/$name.yaml"
    sockets >"$work/sockets.before"
    palana apply -f "$work/$name.yaml" >"$work/log/apply.out" 2>&1 || fail "apply of $name: $(tail -n 2 "$work/log/apply.out")"
    palana secrets add "$name" BENCH_KEY --host api.bench.test --in header --from-file "$work/api.key" >/dev/null
    until [ -n "$socket" ]; do
        socket=$(sockets | comm -13 "$work/sockets.before" -)
        [ $SECONDS -lt $deadline ] || fail "agent $name has no egress socket after 10 s"
        sleep 0.05
    done
    printf '%s\t%s\t%s\n' "$name" "$socket" "$(palana get agent "$name" -o json | jq -r '.status.placeholders[0].value')" \
        >>"$work/agents.tsv"
}

sockets() { find "$work/state/run/a" -type s | sort; }

# Start time of an agent, beside that of a command that only asks the platform something.
measure_start() {
    local try
    palana run first -- true >/dev/null
    for ((try = 0; try < start_tries; try++)); do
        timed "$output/start.tsv" run palana run first -- true
        timed "$output/start.tsv" ask palana get agent first
    done
}

# In shares of 100 agents: an input holds at most 200 documents.
apply_many() {
    local share
    for share in "$work"/many-*.yaml; do palana apply -f "$share" || return; done
}

# Registers agents until there are a thousand more.
register_many() {
    local number
    for ((number = 1; number <= many_agents; number++)); do
        agent_manifest "many$number" $((rounds + 1)) >>"$work/many-$(((number - 1) / 100)).yaml"
    done
    timed "$output/many.tsv" "apply of $many_agents agents" apply_many
    local deadline=$((SECONDS + 120))
    until [ "$(sockets | wc -l)" -ge "$many_agents" ]; do
        [ $SECONDS -lt $deadline ] || fail "only $(sockets | wc -l) of $many_agents agents have an egress socket after 120 s"
        sleep 0.2
    done
}
