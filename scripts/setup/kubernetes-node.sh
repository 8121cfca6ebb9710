# shellcheck shell=bash
# A Kubernetes node for the end-to-end test: what scripts/setup/kubernetes.sh provides, and kubelet, kube-scheduler and
# kube-proxy of the same source, with containerd, runc and the bridge plug-in of Debian bookworm (kubelet 1.20 speaks a CRI
# that containerd 2 dropped). Packages are unpacked, not installed: no service starts, no configuration is touched.
#
# All of it is $CACHE/kubernetes-node/{bin,cni}; scripts/cluster.sh runs it.

NODE_LIST=$SCRIPTS/setup/kubernetes-node-packages.txt
NODE_PROGRAMS=(kubelet kube-scheduler kube-proxy)
NODE_RUNTIME=(containerd containerd-shim-runc-v2 ctr runc)
NODE_CNI=(bridge host-local loopback portmap)

# The API server, the controller manager and etcd are ours here too: KUBEBUILDER_ASSETS may be of another version.
install_kubernetes_node() {
    (
        unset KUBEBUILDER_ASSETS
        install_kubernetes
    )
    step "kubelet, kube-scheduler, kube-proxy, containerd (for the end-to-end test)"
    local key
    key=$(cat "${BASH_SOURCE[0]}" "$NODE_LIST" "$SCRIPTS/setup/kubernetes.sh" "$KUBERNETES_LIST" | sha256sum | cut -c 1-12)
    node_is_kept "$key" || make_kubernetes_node "$key"
    ln -sfn "kubernetes-node-$key" "$CACHE/.kubernetes-node.new"
    mv -fT "$CACHE/.kubernetes-node.new" "$CACHE/kubernetes-node"
    note "using $CACHE/kubernetes-node ($(tool_version "$CACHE/kubernetes-node/bin/kubelet"))"
}

node_is_kept() {
    local program
    for program in "${NODE_PROGRAMS[@]}"; do
        [ -n "$(tool_version "$CACHE/kubernetes-node-$1/bin/$program")" ] || return
    done
}

make_kubernetes_node() {
    local work
    need_space 4000 "building a Kubernetes node $KUBERNETES_VERSION"
    work=$(new_work_folder)
    note "building $KUBERNETES_VERSION from Debian bookworm's source package (5 to 10 minutes, once)"
    private_apt "$work" "building a Kubernetes node" "run make test, which needs none" deb:bookworm deb-src:bookworm
    { download_listed "$work" "$KUBERNETES_LIST" && download_listed "$work" "$NODE_LIST" && download_kubernetes "$work"; } ||
        fail "could not download a Kubernetes node from the Debian mirror: check the network (details: $SETUP_LOG)"
    compile_kubernetes_node "$work" || fail "the Kubernetes node did not compile (details: $SETUP_LOG)"
    keep_node "$work" "$1"
    chmod -R u+w "$work"
    rm -rf "$work"
}

# compile_kubernetes_node WORK: leaves the programs in WORK/node/bin.
compile_kubernetes_node() {
    local source=$1/go/src/k8s.io/kubernetes program packages=()
    note "unpacking"
    mkdir -p "$source" "$1/node/bin" "$1/node/cni" "$1/bin"
    logged tar -xzf "$(echo "$1"/kubernetes_*.orig.tar.gz)" --strip-components=1 -C "$source" && unpack_debs "$1" || return
    # As compile_kubernetes does, and why.
    rm -rf "$source/vendor/github.com/modern-go/reflect2"
    cp -r "$1/root/usr/share/gocode/src/github.com/modern-go/reflect2" "$source/vendor/github.com/modern-go/reflect2" || return
    for program in "${NODE_PROGRAMS[@]}"; do
        packages+=("k8s.io/kubernetes/cmd/$program")
    done
    note "compiling"
    with_go "$1" go build -trimpath -ldflags "-s -w $(version_flags)" -o "$1/node/bin/" "${packages[@]}"
}

# keep_node WORK KEY: adds what the packages brought, and moves all of it into the cache by one rename.
keep_node() {
    local program folder=$CACHE/kubernetes-node-$2
    for program in "${NODE_RUNTIME[@]}"; do
        # runc is in sbin, with a link to it in bin.
        cp "$1/root/usr/bin/$program" "$1/node/bin/$program" || fail "Debian's packages hold no $program (details: $SETUP_LOG)"
    done
    for program in "${NODE_CNI[@]}"; do
        cp "$1/root/usr/lib/cni/$program" "$1/node/cni/$program" || fail "Debian's packages hold no $program (details: $SETUP_LOG)"
    done
    # A run that was ended may have left half of an older one.
    rm -rf "$folder"
    mv -T "$1/node" "$folder"
    node_is_kept "$2" || fail "the Kubernetes node that was just made does not run on this machine: see $SETUP_LOG"
}
