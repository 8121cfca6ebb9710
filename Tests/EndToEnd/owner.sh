# shellcheck shell=bash
# Carol, who uses the cluster by palana's own commands and her own client certificate; her agent `demo`; and what stands for the
# Internet. For the parts from 60 on, after lib.sh. Each of them makes what it doesn't find, and leaves it to the next.
# shellcheck disable=SC2154 # system and work are lib.sh's
owner=carol@example.com
palana=.build/${E2E_CONFIG:-debug}/palana
# What goes on beside a part ends with it.
background=()
end_background() {
    local process
    for process in "${background[@]}"; do
        kill "$process" 2>/dev/null || true
    done
}
trap end_background EXIT

# The value of her secret, as she has it.
[ -e "$work/api-key" ] || printf 'sk-real-%s' "$(openssl rand -hex 16)" >"$work/api-key"

: >"$work/upstream.log"
ip netns exec outside python3 Tests/EndToEnd/upstream.py "$work/upstream.crt" "$work/upstream.key" "$work/upstream.log" \
    </dev/null >"$work/upstream.out" 2>&1 &
background+=($!)
# What the API on the Internet saw of a path.
seen() { grep -F "\"path\": \"$1\"" "$work/upstream.log"; }

# person NAME: a client certificate of the cluster for NAME@example.com, and a kubeconfig with a context of that name.
person() {
    local pki=$PALANA_CLUSTER/pki
    [ ! -e "$work/$1.kubeconfig" ] || return 0
    openssl ecparam -name prime256v1 -genkey -noout -out "$work/$1.key"
    openssl req -new -key "$work/$1.key" -subj "/CN=$1@example.com" -out "$work/$1.csr"
    openssl x509 -req -in "$work/$1.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial -days 2 -out "$work/$1.crt" \
        -extfile <(printf 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=clientAuth\n') 2>/dev/null
    cat >"$work/$1.kubeconfig" <<YAML
apiVersion: v1
kind: Config
clusters:
- name: test
  cluster:
    server: $(kubectl config view --minify -o 'jsonpath={.clusters[0].cluster.server}')
    certificate-authority-data: $(base64 -w 0 "$pki/ca.crt")
users:
- name: $1
  user:
    client-certificate-data: $(base64 -w 0 "$work/$1.crt")
    client-key-data: $(base64 -w 0 "$work/$1.key")
contexts:
- name: $1
  context: {cluster: test, user: $1}
current-context: $1
YAML
}

# as NAME ARGUMENTS...: palana as that person types it.
as() {
    local name=$1
    shift
    XDG_CONFIG_HOME=$work/$name.config KUBECONFIG=$work/$name.kubeconfig "$palana" "$@"
}
carol() { as carol "$@"; }
# The administrator, whose context the test cluster calls so, in the platform's namespace.
administrator() { XDG_CONFIG_HOME=$work/administrator.config "$palana" "$@" --context test --namespace "$system"; }

home() { kubectl get tenant carol -o 'jsonpath={.status.namespace}'; }
agent() { kubectl --namespace "$(home)" get agent demo -o "jsonpath={.status.$1}"; }
place() { agent namespace; }
placeholder() { agent 'placeholders[?(@.secret=="API_KEY")].value'; }
no_pod() {
    local pods
    pods=$(kubectl --namespace "$1" get pods -o name) && [ -z "$pods" ]
}
runs() { [ "$(agent 'conditions[?(@.type=="Ready")].status')" = True ]; }

make_tenant() {
    kubectl apply -f - <<YAML
apiVersion: palana.dev/v1alpha1
kind: Tenant
metadata: {name: carol}
spec: {owner: $owner}
YAML
    eventually 60 carol_may_make_agents
}
carol_may_make_agents() {
    [ "$(kubectl auth can-i create agents.palana.dev --as=$owner --namespace "$(home)")" = yes ]
}
choose() { carol context use carol; }
make_demo() {
    cat >"$work/demo.yaml" <<'YAML'
apiVersion: palana.dev/v1alpha1
kind: Agent
metadata: {name: demo}
spec:
  image: palana.dev/test/probe:1
  command: [/usr/bin/python3, -c, "import time; print('demo has begun', flush=True); time.sleep(1000000)"]
  workspace: {size: 16Mi}
  resources: {limits: {cpu: 200m, memory: 128Mi}}
  egress: {allow: [{host: api.e2e.test}]}
YAML
    carol apply -f "$work/demo.yaml"
}
add_key() { carol secrets add demo API_KEY --host api.e2e.test --from-file "$work/api-key"; }

# in_agent SCRIPT ARGUMENTS...: as the administrator, by kubectl.
in_agent() { kubectl --namespace "$(place)" exec agent-0 -- /usr/bin/python3 -c "$@"; }
held() { in_agent 'import os; print(os.environ.get("API_KEY", ""))'; }
# In the environment of the pod that runs now.
holds_placeholder() { [[ $(held) == palana-API_KEY-* ]]; }
ask='
import os, sys, urllib.request, urllib.error
request = urllib.request.Request(sys.argv[1], headers={"Authorization": "Bearer " + os.environ["API_KEY"]})
try:
    with urllib.request.urlopen(request, timeout=10) as answer:
        print(answer.status, answer.read().decode())
except urllib.error.HTTPError as error:
    print(error.code, error.read().decode())
except Exception as error:
    print("failed", type(error).__name__, error)
'
answered() { in_agent "$ask" "https://api.e2e.test$1" | grep '^200 '; }
# The request doesn't get out.
refused() {
    local answer
    answer=$(in_agent "$ask" "https://api.e2e.test$1")
    [[ $answer == failed* || $answer == 403* ]] && ! seen "$1"
}

# prepare_demo: the agent runs, with its secret; for a part that is run by itself, or after one that ended it.
prepare_demo() {
    person carol
    make_tenant
    choose
    if ! kubectl --namespace "$(home)" get agent demo; then
        make_demo
        eventually 180 runs
        add_key
    fi
    eventually 180 runs
    eventually 120 holds_placeholder
    eventually 30 answered /v1/prepared
}
