# shellcheck shell=bash
# Starts the cluster's programs, each with its log, none with a terminal.

# start PART COMMAND...
start() {
    local part=$1
    shift
    "$@" </dev/null >"$LOGS/$part.log" 2>&1 &
    printf '%s\n' $! >"$CLUSTER/pids/$part"
}

# wait_until SECONDS WHAT COMMAND...: fails with one sentence, and what PART said last stands in its log.
wait_until() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $deadline ]; then
            step "$what: see $LOGS"
            exit 1
        fi
        sleep 0.5
    done
}

# Lighter than kubectl, where something is asked again and again.
ask_api() {
    curl -sf --max-time 10 --cacert "$CLUSTER/pki/ca.crt" --cert "$CLUSTER/pki/admin.crt" --key "$CLUSTER/pki/admin.key" "$API_SERVER$1"
}

administrate() { KUBECONFIG=$CLUSTER/admin.kubeconfig kubectl "$@"; }

start_etcd() {
    start etcd env ETCD_UNSUPPORTED_ARCH=arm64 etcd --name test --data-dir "$CLUSTER/etcd" --unsafe-no-fsync \
        --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
        --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 \
        --initial-cluster test=http://127.0.0.1:2380
    wait_until 30 "etcd does not answer" curl -sf http://127.0.0.1:2379/health
}

start_api_server() {
    local pki=$CLUSTER/pki
    start kube-apiserver kube-apiserver --etcd-servers=http://127.0.0.1:2379 --insecure-port=0 \
        --bind-address="$NODE_ADDRESS" --advertise-address="$NODE_ADDRESS" --secure-port=6443 \
        --service-cluster-ip-range="$SERVICE_RANGE" --allow-privileged=true --authorization-mode=Node,RBAC \
        --enable-admission-plugins=NodeRestriction \
        --client-ca-file="$pki/ca.crt" --tls-cert-file="$pki/api-server.crt" --tls-private-key-file="$pki/api-server.key" \
        --service-account-issuer=https://kubernetes.default.svc.cluster.local --api-audiences=https://kubernetes.default.svc.cluster.local \
        --service-account-key-file="$pki/accounts.pub" --service-account-signing-key-file="$pki/accounts.key" \
        --kubelet-client-certificate="$pki/kubelet-client.crt" --kubelet-client-key="$pki/kubelet-client.key" \
        --kubelet-certificate-authority="$pki/ca.crt" --kubelet-preferred-address-types=InternalIP \
        --requestheader-client-ca-file="$pki/ca.crt" --requestheader-allowed-names=front-proxy-client \
        --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
        --requestheader-extra-headers-prefix=X-Remote-Extra- \
        --proxy-client-cert-file="$pki/front-proxy.crt" --proxy-client-key-file="$pki/front-proxy.key"
    wait_until 180 "kube-apiserver isn't ready" ask_api /readyz
}

start_controllers() {
    local pki=$CLUSTER/pki
    start kube-controller-manager kube-controller-manager --port=0 --bind-address=127.0.0.1 --leader-elect=false \
        --kubeconfig="$pki/controller-manager.kubeconfig" --authentication-kubeconfig="$pki/controller-manager.kubeconfig" \
        --authorization-kubeconfig="$pki/controller-manager.kubeconfig" --use-service-account-credentials=true \
        --service-account-private-key-file="$pki/accounts.key" --root-ca-file="$pki/ca.crt" \
        --cluster-signing-cert-file="$pki/ca.crt" --cluster-signing-key-file="$pki/ca.key" \
        --cluster-cidr="$POD_RANGE" --service-cluster-ip-range="$SERVICE_RANGE" --flex-volume-plugin-dir=/var/lib/kubelet/volume-plugins
    start kube-scheduler kube-scheduler --port=0 --bind-address=127.0.0.1 --leader-elect=false \
        --kubeconfig="$pki/scheduler.kubeconfig" --authentication-kubeconfig="$pki/scheduler.kubeconfig" \
        --authorization-kubeconfig="$pki/scheduler.kubeconfig"
}

start_containerd() {
    start containerd containerd --config "$CLUSTER/containerd.toml"
    wait_until 30 "containerd does not answer" ctr version
}

start_kubelet() {
    start kubelet kubelet --config="$CLUSTER/kubelet.yaml" --kubeconfig="$CLUSTER/pki/kubelet.kubeconfig" \
        --root-dir=/var/lib/kubelet --cert-dir=/var/lib/kubelet/pki --hostname-override="$NODE_NAME" --node-ip="$NODE_ADDRESS" \
        --container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock
}

# Connection tracking's limits belong to the machine, not to a network namespace: left alone (0).
start_proxy() {
    start kube-proxy kube-proxy --kubeconfig="$CLUSTER/pki/proxy.kubeconfig" --proxy-mode=iptables \
        --hostname-override="$NODE_NAME" --cluster-cidr="$POD_RANGE" \
        --conntrack-max-per-core=0 --conntrack-tcp-timeout-established=0s --conntrack-tcp-timeout-close-wait=0s
}

# What other clusters get from a network plug-in, a storage driver and CoreDNS.
start_standins() {
    local standins=$ROOT/scripts/cluster/standins
    export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
    start network-policies python3 "$standins/network_policies.py" "$CLUSTER" "$POD_RANGE"
    start names python3 "$standins/names.py" "$CLUSTER" /var/lib/names
    start volumes python3 "$standins/volumes.py" "$CLUSTER" /var/lib/volumes "$NODE_NAME"
    start outside-dns ip netns exec outside dnsmasq --keep-in-foreground --log-facility=- --log-queries \
        --conf-file=/dev/null --pid-file= --user=root --no-resolv --no-hosts --bind-interfaces --listen-address="$OUTSIDE_DNS" --address="/$OUTSIDE_DOMAIN/$OUTSIDE_ADDRESS"
}

# The images that the cluster itself needs.
load_images() {
    python3 "$ROOT/deploy/images/build.py" --output "$CLUSTER/images" "$ROOT/scripts/cluster/images/pause.toml" \
        "$ROOT/scripts/cluster/images/names.toml" >"$LOGS/images.log" 2>&1
    local archive
    for archive in "$CLUSTER"/images/*.tar; do
        ctr -n k8s.io images import --snapshotter "$(cat "$CLUSTER/snapshotter")" "$archive" >>"$LOGS/images.log" 2>&1
    done
}

apply_addons() {
    sed "s,@DNS_SERVICE@,$DNS_SERVICE,; s,@OUTSIDE_DNS@,$OUTSIDE_DNS," "$ROOT/scripts/cluster/addons.yaml" |
        administrate apply -f - >"$LOGS/addons.log" 2>&1
}

wait_for_node() {
    wait_until 180 "the node isn't ready" node_is_ready
    wait_until 180 "the cluster's DNS isn't ready" dns_is_ready
}

node_is_ready() {
    ask_api "/api/v1/nodes/$NODE_NAME" | jq --exit-status 'any(.status.conditions[]; .type == "Ready" and .status == "True")'
}

dns_is_ready() {
    ask_api /apis/apps/v1/namespaces/kube-system/deployments/cluster-dns | jq --exit-status '.status.readyReplicas == 1'
}
