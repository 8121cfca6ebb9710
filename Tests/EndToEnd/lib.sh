# shellcheck shell=bash
# What the parts of the end-to-end test share. A part runs on the node of the test cluster, as its administrator; what it
# finds it says in lines that scripts/totals.py counts: "ok …", "not ok …", "skip …".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export PYTHONDONTWRITEBYTECODE=1
# shellcheck disable=SC2034 # for those who read this file
system="palana-system"
# What one part leaves for the next: authorities, the vault's root token.
work=$PALANA_CLUSTER/e2e

ok() { printf 'ok %s\n' "$*"; }

# not_ok WHAT [OUTPUT]
not_ok() {
    printf 'not ok %s\n' "$1"
    [ -z "${2:-}" ] || printf '%s\n' "$2" | head -n 12 | sed 's/^/    /'
}

# expect WHAT COMMAND...: it must succeed; of a function, each command.
expect() {
    local what=$1 output status=0
    shift
    # Not as a condition: -e would mean nothing inside.
    set +e
    output=$(set -e && "$@" 2>&1 </dev/null)
    status=$?
    set -e
    if [ $status = 0 ]; then ok "$what"; else not_ok "$what" "$output"; fi
}

# refuse WHAT TEXT COMMAND...: it must fail, and say TEXT (a regular expression).
refuse() {
    local what=$1 text=$2 output
    shift 2
    if output=$("$@" 2>&1 </dev/null); then
        not_ok "$what" "it succeeded: $output"
    elif grep -qE -- "$text" <<<"$output"; then
        ok "$what"
    else
        not_ok "$what" "it did not say '$text': $output"
    fi
}

# equal WHAT WANTED COMMAND...: it must print exactly that.
equal() {
    local what=$1 wanted=$2 output
    shift 2
    output=$("$@" 2>&1 </dev/null) || true
    if [ "$output" = "$wanted" ]; then ok "$what"; else not_ok "$what" "wanted: $wanted
got: $output"; fi
}

# eventually SECONDS COMMAND...: polls until it succeeds.
eventually() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1 </dev/null; do
        [ $SECONDS -lt $deadline ] || return 1
        sleep 0.3
    done
}

# What a part made goes away with it; deleting namespaces takes seconds, so nobody waits for it.
remove_at_exit() {
    # shellcheck disable=SC2064 # the arguments of now
    trap "kubectl delete --ignore-not-found --wait=false $(printf '%q ' "$@") >/dev/null 2>&1 || true" EXIT
}

# administrate_vault COMMAND...: with the root token of 40-install.sh's vault.
administrate_vault() {
    BAO_ADDR=https://vault.vault.svc.cluster.local:8200 BAO_CACERT=$work/vault-authority.crt BAO_TOKEN=$(cat "$work/root-token") "$@"
}
