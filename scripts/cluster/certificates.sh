# shellcheck shell=bash
# The cluster's authority, its servers' and clients' certificates, and a kubeconfig for each client. Good for 30 days.

make_certificates() {
    local pki=$CLUSTER/pki names
    (
        umask 077
        mkdir "$pki" && cd "$pki" || exit
        new_key ca
        openssl req -x509 -new -key ca.key -subj /CN=palana-test-cluster -days 30 -out ca.crt \
            -addext keyUsage=critical,keyCertSign,cRLSign
        openssl genrsa -out accounts.key 2048
        openssl rsa -in accounts.key -pubout -out accounts.pub
        names=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local
        certificate api-server /CN=kube-apiserver serverAuth "$names,IP:127.0.0.1,IP:$FIRST_SERVICE,IP:$NODE_ADDRESS"
        certificate kubelet-server "/CN=$NODE_NAME" serverAuth "DNS:$NODE_NAME,IP:$NODE_ADDRESS,IP:127.0.0.1"
        certificate front-proxy /CN=front-proxy-client clientAuth
        certificate kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client clientAuth
        client admin /O=system:masters/CN=admin
        client standins /O=system:masters/CN=cluster-standins
        client controller-manager /CN=system:kube-controller-manager
        client scheduler /CN=system:kube-scheduler
        client proxy /CN=system:kube-proxy
        client kubelet "/O=system:nodes/CN=system:node:$NODE_NAME"
    ) 2>"$LOGS/certificates.log"
    mv "$pki/admin.kubeconfig" "$CLUSTER/admin.kubeconfig"
}

new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

# certificate NAME SUBJECT USAGE [ALTERNATIVE-NAMES]
certificate() {
    new_key "$1"
    openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
    openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out "$1.crt" -extfile <(
        printf 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=%s\n%s\n' "$3" "${4:+subjectAltName=$4}"
    )
    rm "$1.csr"
}

# client NAME SUBJECT: with NAME.kubeconfig.
client() {
    certificate "$1" "$2" clientAuth
    cat >"$1.kubeconfig" <<YAML
apiVersion: v1
kind: Config
clusters:
- name: test
  cluster:
    server: $API_SERVER
    certificate-authority-data: $(base64 -w 0 ca.crt)
users:
- name: $1
  user:
    client-certificate-data: $(base64 -w 0 "$1.crt")
    client-key-data: $(base64 -w 0 "$1.key")
contexts:
- name: test
  context: {cluster: test, user: $1}
current-context: test
YAML
}
