#!/usr/bin/env bash
# Installs what Palana runs on, and says what it installs and where. Safe to run again: what is there stays.
#
#   scripts/setup.sh [shellcheck] [protobuf-compiler] [libprotobuf-dev] [python3-yaml] [helm] [kubernetes] [kubernetes-node]
#
# Debian packages come through apt; Envoy, OpenBao and OPA go to ~/.cache/palana (PALANA_CACHE) unless PATH has them new
# enough, and so do Helm and the Kubernetes programs that checks and tests run (kubernetes: an API server, for make test;
# kubernetes-node: one with a node, for make e2e). Versions and checksums are pinned in scripts/setup/.
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/setup/lib.sh
. "$SCRIPTS/setup/lib.sh"
# shellcheck source=scripts/setup/debian.sh
. "$SCRIPTS/setup/debian.sh"
# shellcheck source=scripts/setup/wheels.sh
. "$SCRIPTS/setup/wheels.sh"
# shellcheck source=scripts/setup/private-apt.sh
. "$SCRIPTS/setup/private-apt.sh"
# shellcheck source=scripts/setup/opa.sh
. "$SCRIPTS/setup/opa.sh"
# shellcheck source=scripts/setup/kubernetes.sh
. "$SCRIPTS/setup/kubernetes.sh"
# shellcheck source=scripts/setup/kubernetes-node.sh
. "$SCRIPTS/setup/kubernetes-node.sh"
# shellcheck source=scripts/setup/helm.sh
. "$SCRIPTS/setup/helm.sh"
# shellcheck source=scripts/setup/swift.sh
. "$SCRIPTS/setup/swift.sh"

kubernetes=no
helm=no
packages=()
for extra in "$@"; do
    case $extra in
    helm) helm=yes ;;
    kubernetes) [ $kubernetes = node ] || kubernetes=yes ;;
    kubernetes-node) kubernetes=node packages+=(conntrack dnsmasq-base iptables nftables) ;;
    *)
        case " ${DEBIAN_EXTRAS[*]%% *} " in
        *" $extra "*) packages+=("$extra") ;;
        *) fail "no extra called '$extra': there are ${DEBIAN_EXTRAS[*]%% *} helm kubernetes kubernetes-node" ;;
        esac
        ;;
    esac
done

case $(uname -m) in
x86_64 | aarch64) ;;
*) fail "Envoy and OpenBao are published for x86_64 and aarch64; this machine is $(uname -m)" ;;
esac

enter_cache
trap leave_cache EXIT
trap 'exit 130' INT TERM
check_swift
install_debian_packages "${packages[@]}"
install_envoy
install_openbao
install_opa
[ $helm = no ] || install_helm
case $kubernetes in
yes) install_kubernetes ;;
node) install_kubernetes_node ;;
esac
say "Set-up done. Programs: $CACHE/bin; log: $SETUP_LOG"
