#!/usr/bin/env bash
# Looks into the images, and runs each once under the restrictions that the platform's pods have.
# shellcheck source=Tests/EndToEnd/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
namespace=e2e-images
trap 'kubectl delete namespace $namespace --ignore-not-found --wait=false >/dev/null 2>&1 || true' EXIT

python3 Tests/EndToEnd/images.py "${E2E_CONFIG:-debug}"

# run_once NAME IMAGE ARGUMENTS-AS-JSON: prints what it printed, when it ended well.
run_once() {
    kubectl --namespace $namespace apply -f - >/dev/null <<YAML
apiVersion: v1
kind: Pod
metadata: {name: $1}
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: it
    image: $2
    imagePullPolicy: Never
    args: $3
    securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
YAML
    eventually 60 ended "$1"
    kubectl --namespace $namespace logs "$1"
    [ "$(phase "$1")" = Succeeded ]
}
phase() { kubectl --namespace $namespace get pod "$1" -o 'jsonpath={.status.phase}'; }
ended() { [ "$(phase "$1")" = Succeeded ] || [ "$(phase "$1")" = Failed ]; }

# prints WHAT PATTERN NAME IMAGE ARGUMENTS
prints() {
    local output
    output=$(run_once "$3" "$4" "$5" 2>&1) || {
        not_ok "$1" "$output"
        return
    }
    if grep -qE "$2" <<<"$output"; then ok "$1"; else not_ok "$1" "$output"; fi
}
version=$(sed -n 's/.*current = "\(.*\)"/\1/p' Sources/palana/PlatformVersion.swift)
kubectl create namespace $namespace >/dev/null
prints "the image of palana runs" "$version" palana "palana.dev/palana:$version" '["--version"]'
prints "the image of Envoy runs" 'version: .*/1\.' envoy "palana.dev/palana-envoy:$version" '["--version"]'
prints "the image of OPA runs" '^Version: 1\.' opa "palana.dev/palana-opa:$version" '[version]'

# asks_once NAME IMAGE: a sample agent outside of the platform, with an address where nobody listens; it writes that down.
asks_once() {
    kubectl --namespace $namespace apply -f - >/dev/null <<YAML
apiVersion: v1
kind: Pod
metadata: {name: $1}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 1
  securityContext: {runAsNonRoot: true, fsGroup: 65532, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: it
    image: $2
    imagePullPolicy: Never
    env: [{name: TARGET_URL, value: "https://127.0.0.1:9/"}]
    securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
    volumeMounts: [{name: data, mountPath: /data}, {name: tmp, mountPath: /tmp}]
  volumes: [{name: data, emptyDir: {}}, {name: tmp, emptyDir: {}}]
YAML
    eventually 60 has_asked "$1"
}
has_asked() { kubectl --namespace $namespace logs "$1" | grep -qE 'https://127\.0\.0\.1:9/.*(refused|connect)'; }
expect "the sample agent in Python asks, and says what came of it" asks_once python "palana.dev/sample-python:$version"
expect "the sample agent in shell asks, and says what came of it" asks_once shell "palana.dev/sample-shell:$version"
