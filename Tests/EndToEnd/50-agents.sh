#!/usr/bin/env bash
# An agent in a pod, on the platform that 40-install.sh brought: what it can do, and what it can't.
# shellcheck source=Tests/EndToEnd/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
owner=alice@example.com
key=sk-real-$(openssl rand -hex 16)
upstream=""
end() {
    [ -z "$upstream" ] || kill "$upstream" 2>/dev/null || true
}
trap end EXIT

: >"$work/upstream.log"
ip netns exec outside python3 Tests/EndToEnd/upstream.py "$work/upstream.crt" "$work/upstream.key" "$work/upstream.log" \
    </dev/null >"$work/upstream.out" 2>&1 &
upstream=$!

kubectl apply -f - >/dev/null <<YAML
apiVersion: palana.dev/v1alpha1
kind: Tenant
metadata: {name: alice}
spec: {owner: $owner}
YAML
tenant_is_there() { [ -n "$(tenant)" ]; }
tenant() { kubectl get tenant alice -o 'jsonpath={.status.namespace}'; }
expect "a tenant gets a namespace" eventually 60 tenant_is_there
mine=$(tenant)

put_key() { printf '%s' "$key" | administrate_vault bao kv put -mount=kv "proxy-secrets/${mine#user-}/$1/API_KEY" value=-; }
make_agent() {
    kubectl --as=$owner --namespace "$mine" apply -f - <<YAML
apiVersion: palana.dev/v1alpha1
kind: Agent
metadata: {name: $1}
spec:
  image: palana.dev/test/probe:1
  command: [/usr/bin/python3, /probe/listen.py, "tcp:8080"]
  workspace: {size: 16Mi}
  resources: {limits: {cpu: 200m, memory: 128Mi}}
  secrets: [{name: API_KEY, hosts: [api.e2e.test]}]
  egress: {allow: [{host: api.e2e.test}]}
YAML
}
agent() { kubectl --namespace "$mine" get agent "$1" -o "jsonpath={.status.$2}"; }
runs() { [ "$(agent "$1" 'conditions[?(@.type=="Ready")].status')" = True ]; }
for name in demo other; do
    expect "the secret of the agent $name is put into the vault" put_key $name
    expect "its owner makes the agent $name" make_agent $name
done
for name in demo other; do
    expect "the agent $name gets ready" eventually 120 runs $name
done
place=$(agent demo namespace)
neighbour=$(kubectl --namespace "$(agent other namespace)" get pod agent-0 -o 'jsonpath={.status.podIP}')

# in_agent SCRIPT ARGUMENTS...
in_agent() { kubectl --namespace "$place" exec agent-0 -- /usr/bin/python3 -c "$@"; }
probe() { kubectl --namespace "$place" exec agent-0 -- /usr/bin/python3 /probe/probe.py "$@"; }
ask='
import os, sys, urllib.request, urllib.error
request = urllib.request.Request(sys.argv[1], headers={"Authorization": "Bearer " + os.environ["API_KEY"]})
try:
    with urllib.request.urlopen(request, timeout=20) as answer:
        print(answer.status, answer.read().decode())
except urllib.error.HTTPError as error:
    print(error.code, error.read().decode())
except urllib.error.URLError as error:
    print(error.reason)
'
seen() { grep -F "\"path\": \"$1\"" "$work/upstream.log"; }

is_a_placeholder() { [[ $(in_agent 'import os; print(os.environ["API_KEY"])') == palana-API_KEY-* ]]; }
expect "the agent holds a placeholder" is_a_placeholder
answered() { in_agent "$ask" https://api.e2e.test/v1/things | grep '^200 '; }
expect "it asks the API that it may ask" answered
sent_the_key() { seen /v1/things | grep -F "Bearer $key"; }
expect "the API was shown the key" sent_the_key
answer_hides_the_key() { ! in_agent "$ask" https://api.e2e.test/v1/echo | grep -F "$key"; }
expect "the answer that repeats it comes without it" answer_hides_the_key
key_is_nowhere() {
    ! in_agent '
import os, sys
for folder, _, names in os.walk("/"):
    if folder.startswith(("/sys", "/dev")) or folder.startswith("/proc") and not folder.count("/") == 2: continue
    for name in names:
        try: data = open(os.path.join(folder, name), "rb").read(5_000_000)
        except OSError: continue
        if sys.argv[1].encode()[3:] in data and "cmdline" not in name: print(folder, name)
' "$key" | grep .
}
expect "the key is in no file and no environment of the pod" key_is_nowhere
is_denied() { in_agent "$ask" https://denied.e2e.test/secret-path | grep -E '^403 |Tunnel connection failed: 403' && ! seen /secret-path; }
expect "a host that no rule allows is refused" is_denied
ignores_proxies='
import socket, ssl, os
context = ssl.create_default_context()
with context.wrap_socket(socket.create_connection(("api.e2e.test", 443), 10), server_hostname="api.e2e.test") as sock:
    sock.sendall(b"GET /v1/direct HTTP/1.1\r\nHost: api.e2e.test\r\nConnection: close\r\n\r\n")
    print(sock.recv(1000).decode().splitlines()[0])
'
equal "a program that ignores the proxy variables gets there, too" "HTTP/1.1 200 OK" in_agent "$ignores_proxies"
for target in tcp:11.0.0.1:443 tcp:169.254.169.254:443 tcp:10.96.0.1:443 tcp:10.99.0.1:6443 tcp:10.99.0.1:10250 \
    tcp:10.96.0.10:53 "tcp:$neighbour:8080" "tcp:$(kubectl --namespace vault get service vault -o 'jsonpath={.spec.clusterIP}'):8200"; do
    equal "$target can't be reached" "$target closed" probe "$target"
done
# The gateway answers by itself, so what data a question carries goes nowhere.
asks_nobody() {
    in_agent 'import socket; print(socket.gethostbyname("c2VjcmV0.tunnel.e2e.test"))' || true
    ! grep -i 'c2VjcmV0' "$PALANA_CLUSTER/log/outside-dns.log"
}
expect "a name that the agent looks up is not passed on outside" asks_nobody
# Else the line above would be worth nothing: others' questions are seen there.
others_are_seen() { getent hosts seen.e2e.test && grep -F seen.e2e.test "$PALANA_CLUSTER/log/outside-dns.log"; }
expect "where those of others are" others_are_seen

keep='open("/data/kept", "w").write("kept")'
expect "it writes to /data" in_agent "$keep"
kubectl --namespace "$place" delete pod agent-0 --wait=true >/dev/null
kept() { [ "$(in_agent 'print(open("/data/kept").read())')" = kept ]; }
expect "/data survives its pod" eventually 60 kept

delete_agents() { kubectl --as=$owner --namespace "$mine" delete agents demo other --timeout=120s; }
expect "its owner deletes it" delete_agents
nothing_left() {
    ! kubectl get namespace "$place" && ! kubectl get persistentvolumes -o name | grep -v audit | xargs -r kubectl get \
        -o 'jsonpath={range .items[*]}{.spec.claimRef.namespace}{"\n"}{end}' | grep -F "$place"
}
expect "and nothing of it is left" eventually 60 nothing_left
kubectl delete tenant alice --timeout=60s >/dev/null
