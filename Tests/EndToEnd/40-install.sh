#!/usr/bin/env bash
# Installs the platform as an administrator would: CRDs, a vault with its roles, the chart; then uses it, and takes it away
# again. The cluster is of Kubernetes 1.20: the CRDs' CEL rules are dropped there, and PodDisruptionBudgets are v1beta1.
# shellcheck source=Tests/EndToEnd/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
files=Tests/EndToEnd/install
work=$(mktemp -d "$PALANA_CLUSTER/install.XXXXXX")
trap 'rm -rf "$work"' EXIT
system="palana-system"
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
    openssl rand -hex 16 >"$work/root-token"
    kubectl create namespace vault
    kubectl -n vault create secret tls vault-tls --cert="$work/vault.crt" --key="$work/vault.key"
    kubectl -n vault create secret generic vault-root --from-file=token="$work/root-token"
    kubectl apply -f $files/vault.yaml
    kubectl -n vault rollout status deployment/vault --timeout=60s
}
administrate_vault() {
    BAO_ADDR=https://vault.vault.svc.cluster.local:8200 BAO_CACERT=$work/vault-authority.crt BAO_TOKEN=$(cat "$work/root-token") "$@"
}
set_up_vault() {
    local bao
    bao=$(type -P bao)
    "$palana" doctor --vault-setup --kubernetes >"$work/vault-setup.sh"
    mkdir -p "$work/bin"
    ln -sf "$bao" "$work/bin/vault"
    PATH=$work/bin:$PATH administrate_vault bash -e "$work/vault-setup.sh"
}
expect "a vault runs in the cluster" install_vault
expect "and takes what palana doctor --vault-setup --kubernetes prints" set_up_vault

# helm template, and what 1.20 doesn't know by its name of today.
# shellcheck disable=SC2120 # more values for those who try
    helm template palana deploy/chart --namespace $system --values $files/values.yaml "$@" |
        sed 's,^apiVersion: policy/v1$,apiVersion: policy/v1beta1,'
}
install_chart() {
    kubectl create namespace $system --dry-run=client -o yaml | kubectl apply -f -
    authority agents-authority
    authority upstream-authority
    kubectl -n $system create secret tls palana-egress-authority --cert="$work/agents-authority.crt" --key="$work/agents-authority.key"
    kubectl -n $system create configmap palana-ca-bundle --from-file=ca-certificates.crt="$work/agents-authority.crt"
    kubectl -n $system create configmap palana-vault-ca --from-file=ca.crt="$work/vault-authority.crt"
    kubectl -n $system create configmap e2e-upstreams --from-file=ca.crt="$work/upstream-authority.crt"
    render >"$work/palana.yaml"
    kubectl apply --validate=false -f "$work/palana.yaml"
}
expect "the chart is taken" install_chart
expect "the operator gets ready" kubectl -n $system rollout status deployment/palana-operator --timeout=120s
expect "the gateway gets ready" kubectl -n $system rollout status statefulset/palana-gateway --timeout=120s

uninstall() {
    kubectl delete --ignore-not-found --wait=true --timeout=60s -f "$work/palana.yaml"
    kubectl delete --ignore-not-found --timeout=60s -f deploy/crds
    kubectl delete --ignore-not-found --timeout=60s namespace $system vault
    kubectl delete --ignore-not-found clusterrolebinding e2e-vault-token-review
}
nothing_left() {
    kubectl get clusterroles,clusterrolebindings,validatingwebhookconfigurations,mutatingwebhookconfigurations,crds,namespaces -o name |
        grep -iE 'palana|vault|agent-' && return 1
    return 0
}
expect "it is taken away" uninstall
expect "and leaves nothing" nothing_left
