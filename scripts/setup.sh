#!/usr/bin/env bash
# Installs what Palana runs on, and says what it installs and where. Safe to run again: what is there stays.
#
#   scripts/setup.sh [shellcheck] [protobuf-compiler] [libprotobuf-dev] [python3-yaml] [helm] [kubernetes]
#
# Debian packages come through apt; Envoy, OpenBao and OPA go to ~/.cache/palana (PALANA_CACHE) unless PATH has them new
# enough, and so do Helm and the Kubernetes programs that checks and tests run. Versions and checksums are pinned in scripts/setup/.
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
# shellcheck source=scripts/setup/helm.sh
. "$SCRIPTS/setup/helm.sh"
# shellcheck source=scripts/setup/swift.sh
. "$SCRIPTS/setup/swift.sh"

kubernetes=no
helm=no
for extra in "$@"; do
    case " ${DEBIAN_EXTRAS[*]%% *} helm kubernetes " in
    *" $extra "*) ;;
    *) fail "no extra called '$extra': there are ${DEBIAN_EXTRAS[*]%% *} helm kubernetes" ;;
    esac
    case $extra in
    helm) helm=yes ;;
    kubernetes) kubernetes=yes ;;
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
install_debian_packages "$@"
install_envoy
install_openbao
install_opa
[ $helm = no ] || install_helm
[ $kubernetes = no ] || install_kubernetes
say "Set-up done. Programs: $CACHE/bin; log: $SETUP_LOG"
