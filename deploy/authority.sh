#!/usr/bin/env bash
# Makes what the platform's TLS needs and prints it as manifests. Nothing is kept here.
#
#   deploy/authority.sh [--namespace NAME] | kubectl create -f -
#   deploy/authority.sh [--namespace NAME] --api HOST[:PORT]... | kubectl create -f -
#
# The first makes the authority that agents trust and the gateway signs with: a Secret for the gateway, and a ConfigMap with the
# certificate alone. `create`, not `apply`: with another authority, agents would no longer trust what they are shown. To bring
# one of your own (P-256, CA:TRUE), make the same two objects from its files.
#
# The second makes the API's certificate for the names and addresses that people reach it by (and its name in the cluster): the
# Secret palana-api-tls, and the ConfigMap palana-api, which tells everybody the first of them and the authority; that one's key
# is thrown away. To make them anew: `| kubectl replace -f -`; the API takes the new ones by itself. A certificate of another
# authority does as well, in the same two objects.
#
# All of it lasts ten years.
set -euo pipefail
namespace=palana-system
api=no
places=()
while [ $# -gt 0 ]; do
    case $1 in
    --namespace) namespace=${2:?--namespace needs a name} && shift ;;
    --api) api=yes ;;
    -*)
        printf 'authority.sh: there is no option %s\n' "$1" >&2
        exit 2
        ;;
    *) places+=("$1") ;;
    esac
    shift
done
if [ $api = yes ] && [ ${#places[@]} = 0 ]; then
    echo "authority.sh: --api needs what people reach the API by: HOST[:PORT], and more if there are more" >&2
    exit 2
elif [ $api = no ] && [ ${#places[@]} -gt 0 ]; then
    printf 'authority.sh: what is %s? Hosts come after --api, a namespace after --namespace\n' "${places[0]}" >&2
    exit 2
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
umask 077

# run COMMAND...: quiet, unless it fails.
run() {
    "$@" 2>"$folder/log" || {
        cat "$folder/log" >&2
        exit 1
    }
}

# authority NAME TITLE
authority() {
    run openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
        -subj "/O=Palana/CN=Palana $2 $(openssl rand -hex 4)" \
        -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign \
        -keyout "$folder/$1.key" -out "$folder/$1.crt"
}

# secret NAME FILES: FILES.crt and FILES.key.
secret() {
    cat <<END
apiVersion: v1
kind: Secret
metadata:
  name: $1
  namespace: $namespace
  labels: {app.kubernetes.io/name: palana}
type: kubernetes.io/tls
data:
  tls.crt: $(base64 -w 0 "$folder/$2.crt")
  tls.key: $(base64 -w 0 "$folder/$2.key")
END
}

# certificates NAME KEY FILES [DATA]: a ConfigMap.
certificates() {
    cat <<END
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: $1
  namespace: $namespace
  labels: {app.kubernetes.io/name: palana}
data:${4:+
  $4}
  $2: |
$(sed 's/^/    /' "$folder/$3.crt")
END
}

if [ $api = no ]; then
    authority egress "egress authority"
    secret palana-egress-authority egress
    certificates palana-ca-bundle ca-certificates.crt egress
    exit
fi

names=""
for place in "${places[@]}"; do
    # An IPv6 address stands in brackets, as in a URL.
    host=$place
    if [[ $place =~ ^\[([0-9a-fA-F:.]+)\](:[0-9]+)?$ ]]; then
        host=${BASH_REMATCH[1]}
    elif [[ $place =~ ^([0-9A-Za-z.-]+)(:[0-9]+)?$ ]]; then
        host=${BASH_REMATCH[1]}
    else
        printf 'authority.sh: %s is neither HOST nor HOST:PORT\n' "$place" >&2
        exit 2
    fi
    kind=DNS
    [[ ! $host =~ ^[0-9.]+$|: ]] || kind=IP
    names+="$kind:$host,"
done
names+="DNS:palana-api.$namespace.svc,DNS:palana-api.$namespace.svc.cluster.local"

authority authority "API authority"
run openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=Palana/CN=palana-api" \
    -keyout "$folder/api.key" -out "$folder/api.csr"
printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nsubjectAltName=%s\n' \
    "$names" >"$folder/extensions"
run openssl x509 -req -in "$folder/api.csr" -CA "$folder/authority.crt" -CAkey "$folder/authority.key" -CAcreateserial \
    -days 3650 -extfile "$folder/extensions" -out "$folder/api.crt"
secret palana-api-tls api
certificates palana-api ca.crt authority "url: https://${places[0]}"
