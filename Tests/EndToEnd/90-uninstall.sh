#!/usr/bin/env bash
# Takes away what 40-install.sh brought, as docs/guides/kubernetes.md says, and looks for what is left.
# shellcheck source=Tests/EndToEnd/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

uninstall() {
    kubectl delete agents --all --all-namespaces --timeout=60s
    kubectl delete tenants,agenttemplates,egresspolicies --all --timeout=60s
    kubectl delete killswitches --all --all-namespaces --timeout=60s
    HOME=$work helm uninstall palana -n $system
    kubectl delete mutatingwebhookconfiguration,validatingwebhookconfiguration palana
    kubectl delete -f deploy/crds --timeout=60s
    kubectl delete namespace $system --timeout=120s
}
remove_vault() {
    kubectl delete namespace vault --timeout=120s
    kubectl delete clusterrolebinding e2e-vault-token-review
}
nothing_left() {
    kubectl get clusterroles,clusterrolebindings,validatingwebhookconfigurations,mutatingwebhookconfigurations,crds,namespaces -o name |
        grep -iE 'palana|vault|agent-' && return 1
    return 0
}
expect "it is taken away" uninstall
expect "and the vault" remove_vault
expect "and leaves nothing" nothing_left
