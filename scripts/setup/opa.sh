# shellcheck shell=bash
# OPA: the one on PATH when it is new enough, else built once from Debian's source packages and kept in the cache.
#
# The packages (and the Go that compiles them) come from Debian forky, one from trixie (private-apt.sh).

OPA_MINIMUM=1.4
OPA_LIST=$SCRIPTS/setup/opa-packages.txt
OPA_GO=go-1.26
OPA_TABLEWRITER=golang-github-olekukonko-tablewriter-dev

install_opa() {
    step "opa ≥ $OPA_MINIMUM"
    local found key
    if found=$(on_path opa "$OPA_MINIMUM"); then
        note "using ${found#* } (${found%% *})"
        return
    fi
    key=$(cat "${BASH_SOURCE[0]}" "$OPA_LIST" | sha256sum | cut -c 1-12)
    if is_kept opa "$key"; then
        link opa "$key"
    else
        make_opa "$key"
    fi
    note "using $CACHE/bin/opa ($(tool_version "$CACHE/bin/opa"))"
}

make_opa() {
    local work
    need_space 2500 "building OPA"
    work=$(new_work_folder)
    note "building it from Debian's source packages (a few minutes, once)"
    private_apt "$work" "building OPA" "put an opa ≥ $OPA_MINIMUM on PATH" deb:forky deb:trixie
    if ! { download_listed "$work" "$OPA_LIST" && compile_opa "$work"; }; then
        note "the listed packages did not do; taking all that apt says OPA depends on (about 420 MB)"
        rm -rf "$work/debs" "$work/root"
        download_closure "$work" || fail "could not download OPA's source packages from the Debian mirror: check the network (details: $SETUP_LOG)"
        compile_opa "$work" || fail "OPA did not compile (details: $SETUP_LOG); put an opa ≥ $OPA_MINIMUM on PATH instead"
    fi
    keep opa "$1" "$work/opa"
    chmod -R u+w "$work"
    rm -rf "$work"
}

# download_closure WORK: all that apt would install for OPA's source package.
download_closure() {
    mkdir -p "$1/debs"
    logged apt-get "${APT[@]}" -y --download-only install golang-github-open-policy-agent-opa-dev golang-1.26-go golang-1.26-src &&
        mv "$1"/apt/archives/*.deb "$1/debs/" &&
        (cd "$1/debs" && rm -f "$OPA_TABLEWRITER"_*.deb && logged apt-get "${APT[@]}" download "$OPA_TABLEWRITER/trixie")
}

# compile_opa WORK: unpacks the packages and compiles with the Go among them.
compile_opa() {
    local root=$1/root
    note "unpacking and compiling"
    unpack_debs "$1" || return 1
    logged env -u GOFLAGS GOROOT="$root/usr/lib/$OPA_GO" GOPATH="$root/usr/share/gocode" GO111MODULE=off GOTOOLCHAIN=local \
        GOCACHE="$1/gocache" GOTMPDIR="$1" CGO_ENABLED=0 HOME="$1" \
        "$root/usr/lib/$OPA_GO/bin/go" build -trimpath -ldflags '-s -w' -o "$1/opa" github.com/open-policy-agent/opa
}
