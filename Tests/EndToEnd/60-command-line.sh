#!/usr/bin/env bash
# palana's own commands against the cluster, by an owner with a client certificate: secrets through the API, exec, logs, run,
# suspend and resume.
# shellcheck source=Tests/EndToEnd/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=Tests/EndToEnd/owner.sh
. Tests/EndToEnd/owner.sh

api=https://palana-api.$system.svc.cluster.local
person carol
person mallory
expect "a tenant gets a namespace in which its owner may make agents" make_tenant
expect "the owner chooses the cluster" choose
equal "commands act there from now on" carol carol context current
expect "she makes an agent" make_demo
expect "it gets ready" eventually 180 runs

# Secrets
expect "her secret goes to the vault through the API" add_key
expect "the agent's pod holds the placeholder" eventually 120 holds_placeholder
is_listed() { carol secrets list demo | grep -F "$(held)"; }
expect "which is the one that her list names" is_listed
expect "the agent asks the API that it may ask" eventually 30 answered /v1/things
sent_the_key() { seen "$1" | grep -F "Bearer $(cat "$work/api-key")"; }
expect "which was shown the key" sent_the_key /v1/things
value_is_in_no_object() {
    local key
    key=$(cat "$work/api-key")
    kubectl get agents,configmaps,secrets,events,statefulsets,controllerrevisions,pods --all-namespaces -o yaml >"$work/objects.yaml"
    # Else this would be worth nothing.
    grep -qF "$(placeholder)" "$work/objects.yaml"
    # In base64 without its end, which depends on what follows.
    ! grep -nF -e "$key" -e "$(printf '%s' "$key" | base64 -w 0 | cut -c 1-40)" "$work/objects.yaml"
}
expect "the value is in no object of the cluster" value_is_in_no_object
rotate() {
    printf 'sk-real-%s' "$(openssl rand -hex 16)" >"$work/api-key"
    carol secrets rotate demo API_KEY --from-file "$work/api-key"
}
before=$(placeholder)
expect "she replaces it" rotate
sends_the_new_one() { answered /v1/rotated && sent_the_key /v1/rotated; }
expect "and the new one is used" eventually 60 sends_the_new_one
equal "by the same placeholder" "$before" held

# Others
refuse "somebody else's agent is closed" 'forbidden|cannot' \
    as mallory secrets add demo API_KEY --host api.e2e.test --from-file "$work/api-key" --context mallory --namespace "$(home)"
expect "anybody whom the cluster knows learns where the API is" env KUBECONFIG="$work/mallory.kubeconfig" \
    kubectl --namespace $system get configmap palana-api -o 'jsonpath={.data.ca\.crt}'
kubectl --namespace $system get configmap palana-api -o 'jsonpath={.data.ca\.crt}' >"$work/palana-api-ca.crt"
# code CURL-OPTIONS...: what the API answers to a secret for her agent.
code() {
    curl -s -o /dev/null -w '%{http_code}' --max-time 20 --cacert "$work/palana-api-ca.crt" -X PUT "$@" \
        -H 'Content-Type: application/json' -d '{"value": "sk-not-the-real-one"}' \
        "$api/v1/namespaces/$(home)/agents/demo/secrets/proxy/API_KEY"
}
equal "the API takes nothing from nobody" 401 code
equal "nor from somebody else with a certificate" 403 code --cert "$work/mallory.crt" --key "$work/mallory.key"
robots_code() { code -H "Authorization: Bearer $(kubectl --namespace default create token default)"; }
equal "nor from a service account without rights" 403 robots_code
equal "nor from who shows a token that is none" 401 code -H 'Authorization: Bearer none'

# exec, logs
computed() { carol exec demo -- /usr/bin/python3 -c 'print(6 * 7)' 2>/dev/null; }
equal "exec runs a program in the pod" 42 computed
exit_code() {
    local status=0
    carol exec demo -- /usr/bin/python3 -c 'raise SystemExit(7)' >/dev/null 2>&1 || status=$?
    echo $status
}
equal "and passes its exit code through" 7 exit_code
has_log() { carol logs demo --tail 10 | grep -F 'demo has begun'; }
expect "logs shows what the agent has written" has_log

# suspend, resume, run
keep() { in_agent 'open("/data/kept", "w").write("kept")'; }
kept() { [ "$(in_agent 'print(open("/data/kept").read())')" = kept ]; }
expect "the agent writes to /data" keep
expect "she suspends it" carol suspend demo
expect "and its pod ends" eventually 90 no_pod "$(place)"
expect "its volume stays" kubectl --namespace "$(place)" get persistentvolumeclaim data
refuse "nothing runs in it" 'not running|suspended|does not run' carol exec demo -- /usr/bin/python3 -c pass
expect "she resumes it" carol resume demo
expect "and it runs again" eventually 120 holds_placeholder
equal "with the same placeholder" "$before" held
expect "its file is still there" kept
expect "and it works" eventually 30 answered /v1/resumed
expect "she suspends it again" carol suspend demo
expect "and it ends" eventually 90 no_pod "$(place)"
run_in_it() { carol run demo -- /usr/bin/python3 -c 'print(open("/data/kept").read())' 2>/dev/null; }
equal "run resumes it and runs a program in it" kept run_in_it
