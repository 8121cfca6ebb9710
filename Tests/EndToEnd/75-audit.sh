#!/usr/bin/env bash
# The audit chains of all replicas, out of their volumes: whole, and with what was done.
# shellcheck source=Tests/EndToEnd/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=Tests/EndToEnd/owner.sh
. Tests/EndToEnd/owner.sh
# A state folder's path must be short.
state=$(mktemp -d)
trap 'end_background; rm -rf "$state"' EXIT

expect "an agent runs" prepare_demo
began=$(date -u +%Y-%m-%dT%H:%M:%SZ)
times=20
ask_often() {
    local number
    for number in $(seq $times); do
        answered "/v1/counted/$number"
    done
}
expect "it asks $times times" ask_often
denied() { in_agent "$ask" https://denied.e2e.test/v1/denied | grep 403; }
expect "and once where it may not" denied
replace_key() { carol secrets rotate demo API_KEY --from-file "$work/api-key"; }
expect "its owner replaces its secret" replace_key

gateways=(palana-gateway-0 palana-gateway-1)
apis=(palana-api-0 palana-api-1)
# copy REPLICA: its chain as it is now, as a state folder that palana audit reads. Heads first: the chain must reach them.
copy() {
    local folder to=$state/$1/audit
    folder=/var/lib/volumes/$(kubectl --namespace $system get pvc "audit-$1" -o 'jsonpath={.spec.volumeName}')/audit
    rm -rf "${state:?}/$1"
    mkdir -p "$to"
    find "$folder" -maxdepth 1 \( -name 'head-*.json' -o -name 'checkpoint-*.pub.pem' \) -exec cp {} "$to" \;
    find "$folder" -maxdepth 1 -name 'audit-*.jsonl' -exec cp {} "$to" \;
}
copy_and_verify() { copy "$1" && "$palana" audit verify --state "$state/$1"; }
# A line may be half written at the moment of a copy; what stays wrong is told.
is_sound() { eventually 15 copy_and_verify "$1" || "$palana" audit verify --state "$state/$1"; }
for replica in "${gateways[@]}"; do
    expect "the chain of $replica is whole" is_sound "$replica"
done
has_records() { [ -n "$(find "$state/$1/audit" -name 'audit-*.jsonl')" ]; }
for replica in "${apis[@]}"; do
    copy "$replica"
    # One that nobody came to may have nothing to say.
    if has_records "$replica"; then
        expect "the chain of $replica is whole" is_sound "$replica"
    fi
done

# records REPLICA...: since this part began, one JSON object on a line.
records() {
    local replica
    for replica in "$@"; do
        copy "$replica"
        ! has_records "$replica" || "$palana" audit query --state "$state/$replica" --since "$began" --limit 100000 -o json
    done
}
# counted KIND: how many of the requests have a record of that kind.
counted() {
    records "${gateways[@]}" | jq -r --arg kind "$1" \
        'select(.unmapped.palana.kind == $kind and .unmapped.palana.agent_name == "demo") | .http_request.url.path // ""' |
        grep -c '^/v1/counted/' || true
}
equal "each request's decision is in one of them, once" $times counted decision
# Ends are known by the request's id: they name no path. Envoy tells of them some time later.
ended() {
    records "${gateways[@]}" | jq -rs '
        [.[] | select(.unmapped.palana.agent_name == "demo")] as $all
        | [$all[] | select(.unmapped.palana.kind == "decision" and ((.http_request.url.path // "") | startswith("/v1/counted/")))
           | .http_request.uid] as $asked
        | [$all[] | select(.unmapped.palana.kind == "completion") | .http_request.uid | select(IN($asked[]))] | unique | length'
}
all_ended() { [ "$(ended)" = "$times" ]; }
expect "and each one's end" eventually 30 all_ended
has_denial() {
    records "${gateways[@]}" | jq -e -s 'any(.[]; .unmapped.palana.kind == "decision" and .unmapped.palana.outcome == "denied"
        and .unmapped.palana.agent_name == "demo" and (.http_request.url.hostname // .dst_endpoint.hostname) == "denied.e2e.test")'
}
expect "the denial, too" has_denial
has_replacement() {
    records "${apis[@]}" | jq -e -s --arg actor $owner 'any(.[]; .unmapped.palana.kind == "secret"
        and .unmapped.palana.action == "replaced" and .unmapped.palana.outcome == "succeeded"
        and .unmapped.palana.actor == $actor and .unmapped.palana.agent_name == "demo")'
}
expect "and in one of the API's who replaced the secret" has_replacement
value_is_nowhere() { ! grep -rnF "$(cat "$work/api-key")" "$state"; }
expect "the secret's value is in none of them" value_is_nowhere
