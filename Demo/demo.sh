#!/usr/bin/env bash
# The whole thing once, for real: Envoy, OPA, OpenBao, a sandbox and HTTPS servers on 127.77.0.0/24. An agent that can use a
# secret and can't read it tries what item after item of the table says. Exit code 1 when a row differs.
#
#   Demo/demo.sh [--keep]        --keep leaves platform and servers up, to play with
#   Demo/demo.sh --stop FOLDER   ends what --keep left
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/tools.sh
. "$root/scripts/tools.sh"
palana_program=${PALANA:-$root/.build/debug/palana}
keep=no
# The demo has a platform, a vault and a state folder of its own, whatever the shell points to.
unset PALANA_CONTEXT PALANA_STATE "${!VAULT_@}"

fail() {
    printf 'demo: %s\n' "$*" >&2
    exit 1
}
headline() { printf '\n\033[1m%s\033[0m\n' "$*"; }
palana() { PALANA_STATE=$work/state "$palana_program" "$@"; }
shown() { # prints a command as one would type it, then runs it
    printf '$ %s\n' "$*"
    "$@"
}

tidy() {
    [ -d "$work" ] || return 0
    [ ! -d "$work/state" ] || palana down || true
    "$root/Demo/servers.sh" stop "$work/servers" || true
    rm -rf "$work"
}

at_exit() {
    local status=$?
    if [ $keep = yes ] && [ -e "$work/done" ]; then
        next_steps
    else
        [ $status = 0 ] || say_why
        tidy
    fi
    exit $status
}

say_why() {
    headline "What the platform said last"
    find "$work/state" -name '*.log' -size +0 -exec sh -c 'echo "-- $1"; tail -n 5 "$1"' sh {} \; 2>/dev/null || true
}

next_steps() {
    headline "Left up. Try:"
    cat <<TEXT
  export PALANA_STATE=$work/state
  $palana_program status
  $palana_program run demo -- bash
  $palana_program policy explain demo GET https://denied.demo.test/
  $palana_program audit tail
  Demo/demo.sh --stop $work        # when done
TEXT
}

# Without a low port (neither root nor sudo) nothing of ours is on 443, where programs that ignore the proxy go: there the row
# shows the refusal of a host that no rule allows.
expect() {
    if [ "$port" = 443 ]; then
        cp "$root/Demo/expected.tsv" "$work/expected.tsv"
    else
        sed 's/^d\t.*/d\t403 denied_by_policy/' "$root/Demo/expected.tsv" >"$work/expected.tsv"
    fi
}

start_servers() {
    headline "Servers on 127.77.0.0/24"
    port=$("$root/Demo/servers.sh" start "$work/servers")
    printf 'HTTPS API, HTTPS Git and a denied host on port %s; DNS on 127.77.0.53:1053\n' "$port"
    expect
}

start_platform() {
    headline "Platform"
    local name allow=()
    for name in api git denied other; do allow+=(--allow-private "$name.demo.test=127.77.0.0/24:$port"); done
    shown palana up --detach --state "$work/state" --trust-ca "$work/servers/ca.pem" --resolver 127.77.0.53:1053 "${allow[@]}"
    shown palana status
}

create_agent() {
    headline "Agent"
    local ports=$port
    [ "$port" = 443 ] || ports="443, $port"
    sed -e "s/@PORT@/$port/" -e "s/@PORTS@/$ports/" "$root/Demo/agent.yaml.in" >"$work/agent.yaml"
    cp -r "$root/Demo/agent" "$work/agent"
    chmod -R a+rX "$work/agent"
    shown palana apply -f "$work/agent.yaml"
    shown palana secrets add demo DEMO_API_KEY --host api.demo.test --in header --from-file "$work/servers/api.key"
    shown palana secrets add demo DEMO_GIT_TOKEN --host git.demo.test --in basic --from-file "$work/servers/git.password"
}

run_agent() { # run_agent first|again
    shown palana run demo --mount "$work/agent:/agent" -- bash /agent/agent.sh "$1" </dev/null 2>&1 | tee -a "$work/output" ||
        printf 'the agent ended with an error\n'
}

row() { printf 'ROW\t%s\t%s\t%s\n' "$1" "$2" "$3" >>"$work/rows"; }

# What only the outside can tell: what the servers saw, and where the real values are found.
look_from_outside() {
    local servers=$work/servers
    grep '^ROW' "$work/output" >"$work/rows" || true
    row 'a!' "  which key the API's own log has for it" "$(awk '$1 == "api.demo.test" && $3 == "/orders" { print $4; exit }' "$servers/log/api")"
    row 'g!' "  which key the echo had received" "$(awk '$1 == "api.demo.test" && $3 == "/echo" { print $4; exit }' "$servers/log/api")"
    row 'c!' "  newest commit on the Git server" "$(git -C "$servers/git/project.git" log -1 --format=%s main)"
    row 'e!' "  what the servers got of all that" "$(arrived)"
    row 'b!' "  real values in the agent's output, files, logs, audit" "$(real_values)"
}

# Requests that should not have arrived (at any host but the API; at the API with another key), and names that should not
# have been asked for.
arrived() {
    local seen
    seen=$(grep -v '^api\.demo\.test ' "$work/servers/log/api" || true)
    seen+=$(grep '^api\.demo\.test .* other$' "$work/servers/log/api" || true)
    seen+=$(grep -i leak "$work/servers/log/dns" || true)
    printf '%s' "${seen:-nothing}"
}

# Files under the state folder and in the output that hold a real value as it is. The patterns come from files, not arguments.
real_values() {
    local found
    found=$(cat "$work/servers/api.key" <(echo) "$work/servers/git.password" |
        grep -rlaF -f - "$work/state" "$work/output" "$work/agent" 2>/dev/null || true)
    printf '%s' "${found:-nowhere}" | tr '\n' ' ' | sed "s#$work/##g"
}

main() {
    [ -x "$palana_program" ] || fail "no $palana_program: run make demo"
    work=$(mktemp -d /tmp/palana-demo.XXXXXX)
    chmod 0755 "$work"
    trap at_exit EXIT
    trap 'exit 130' INT TERM
    start_servers
    start_platform
    create_agent
    headline "The agent's first run"
    run_agent first
    headline "Stopped and started again"
    shown palana suspend demo
    run_agent again
    look_from_outside
    headline "Audit trail"
    shown palana audit query --agent demo
    shown palana audit verify
    headline "Table"
    touch "$work/done"
    python3 "$root/Demo/table.py" "$work/expected.tsv" "$work/rows"
}

case ${1:-} in
'') main ;;
--keep)
    keep=yes
    main
    ;;
--stop)
    work=${2:-}
    case $work in /tmp/palana-demo.*) tidy ;; *) fail "say which folder: Demo/demo.sh --stop /tmp/palana-demo.XXXXXX" ;; esac
    ;;
*) fail "unknown argument '$1': there are --keep and --stop FOLDER" ;;
esac
