#!/usr/bin/env bash
# Makes the authority that agents trust and the gateway signs with, and prints it as manifests: a Secret for the gateway, and
# a ConfigMap with the certificate alone. Nothing is kept here.
#
#   deploy/authority.sh [NAMESPACE] | kubectl create -f -
#
# `create`, not `apply`: with another authority, agents would no longer trust what they are shown. It lasts ten years. To bring
# one of your own (P-256, CA:TRUE), make the same two objects from its files.
set -euo pipefail
namespace=${1:-palana-system}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
    -subj "/O=Palana/CN=Palana egress authority $(openssl rand -hex 4)" \
    -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout "$folder/tls.key" -out "$folder/tls.crt" 2>"$folder/log" || {
    cat "$folder/log" >&2
    exit 1
}

cat <<END
apiVersion: v1
kind: Secret
metadata:
  name: palana-egress-authority
  namespace: $namespace
  labels: {app.kubernetes.io/name: palana}
type: kubernetes.io/tls
data:
  tls.crt: $(base64 -w 0 "$folder/tls.crt")
  tls.key: $(base64 -w 0 "$folder/tls.key")
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: palana-ca-bundle
  namespace: $namespace
  labels: {app.kubernetes.io/name: palana}
data:
  ca-certificates.crt: |
$(sed 's/^/    /' "$folder/tls.crt")
END
