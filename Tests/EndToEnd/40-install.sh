#!/usr/bin/env bash
# Installs the platform as an administrator would: CRDs, a vault with its roles, the chart. It stays for the parts that come
# after; 90-uninstall.sh takes it away. The cluster is of Kubernetes 1.20, which drops the CRDs' CEL rules.
# shellcheck source=Tests/EndToEnd/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
files=Tests/EndToEnd/install
mkdir -p "$work"
palana=.build/${E2E_CONFIG:-debug}/palana

# An authority, and a certificate of it: authority NAME; certificate AUTHORITY NAME SUBJECT-ALTERNATIVE-NAMES
authority() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$work/$1.key"
    openssl req -x509 -new -key "$work/$1.key" -subj "/CN=$1" -days 2 -out "$work/$1.crt" \
        -addext keyUsage=critical,keyCertSign,cRLSign
}
certificate() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$work/$2.key"
    openssl req -new -key "$work/$2.key" -subj "/CN=$2" -out "$work/$2.csr"
    openssl x509 -req -in "$work/$2.csr" -CA "$work/$1.crt" -CAkey "$work/$1.key" -CAcreateserial -days 2 -out "$work/$2.crt" \
        -extfile <(printf 'basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=%s\n' "$3") 2>/dev/null
}

install_crds() { kubectl apply --validate=false -f deploy/crds; }
expect "the CRDs are taken" install_crds
expect "and established" kubectl wait crd --for=condition=Established --timeout=30s \
    agents.palana.dev agenttemplates.palana.dev egresspolicies.palana.dev killswitches.palana.dev tenants.palana.dev

# A vault with TLS, and the roles that palana doctor prints.
install_vault() {
    authority vault-authority
    certificate vault-authority vault DNS:vault.vault.svc,DNS:vault.vault.svc.cluster.local
    openssl rand -hex 16 | tr -d "\n" >"$work/root-token"
    kubectl create namespace vault
    kubectl -n vault create secret tls vault-tls --cert="$work/vault.crt" --key="$work/vault.key"
    kubectl -n vault create secret generic vault-root --from-file=token="$work/root-token"
    kubectl apply -f $files/vault.yaml
    kubectl -n vault rollout status deployment/vault --timeout=60s
}
set_up_vault() {
    local bao
    bao=$(type -P bao)
    "$palana" doctor --vault-setup --kubernetes >"$work/vault-setup.sh"
    mkdir -p "$work/bin"
    ln -sf "$bao" "$work/bin/vault"
    # The Service takes a moment longer than its pod.
    eventually 60 administrate_vault "$bao" status
    PATH=$work/bin:$PATH administrate_vault bash -e "$work/vault-setup.sh"
}
expect "a vault runs in the cluster" install_vault
expect "and takes what palana doctor --vault-setup --kubernetes prints" set_up_vault

# As docs/guides/kubernetes.md says.
install_chart() {
    authority upstream-authority
    certificate upstream-authority upstream DNS:*.e2e.test
    kubectl apply -f deploy/manifests/00-namespace.yaml
    deploy/authority.sh | kubectl create -f -
    deploy/authority.sh --api palana-api.$system.svc.cluster.local | kubectl create -f -
    kubectl -n $system create configmap palana-client-ca --from-literal=ca.crt="$(kubectl -n kube-system get configmap \
        extension-apiserver-authentication -o 'jsonpath={.data.client-ca-file}')"
    kubectl -n $system create configmap palana-vault-ca --from-file=ca.crt="$work/vault-authority.crt"
    kubectl -n $system create configmap e2e-upstreams --from-file=ca.crt="$work/upstream-authority.crt"
    # The definitions are there. 1.20 doesn't know minReadySeconds.
    HOME=$work helm install palana deploy/chart -n $system --values $files/values.yaml --skip-crds \
        --server-side=false --disable-openapi-validation
}
expect "the chart is taken" install_chart
expect "the operator gets ready" kubectl -n $system rollout status deployment/palana-operator --timeout=120s
expect "the gateway gets ready" kubectl -n $system rollout status statefulset/palana-gateway --timeout=120s
expect "the API gets ready" kubectl -n $system rollout status statefulset/palana-api --timeout=120s
