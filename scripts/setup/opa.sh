# shellcheck shell=bash
# OPA: the one on PATH when it is new enough, else built once from Debian's source packages and kept in the cache.
#
# The packages (and the Go that compiles them) come from Debian forky, one from trixie, under an apt state of our own: the
# machine's sources, its installed packages and its apt lists are not touched, and no root is needed. apt verifies all
# against the archive's signatures with the machine's Debian keyring.

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
    private_apt "$work"
    if ! { download_listed "$work" && compile_opa "$work"; }; then
        note "the listed packages did not do; taking all that apt says OPA depends on (about 420 MB)"
        rm -rf "$work/debs" "$work/root"
        download_closure "$work" || fail "could not download OPA's source packages from the Debian mirror: check the network (details: $SETUP_LOG)"
        compile_opa "$work" || fail "OPA did not compile (details: $SETUP_LOG); put an opa ≥ $OPA_MINIMUM on PATH instead"
    fi
    keep opa "$1" "$work/opa"
    chmod -R u+w "$work"
    rm -rf "$work"
}

# The mirror this machine takes Debian from (never the security archive).
debian_mirror() {
    if [ -n "${PALANA_DEBIAN_MIRROR:-}" ]; then
        printf '%s\n' "$PALANA_DEBIAN_MIRROR"
        return
    fi
    # shellcheck disable=SC2016 # apt fills these in
    apt-get indextargets --format '$(REPO_URI) $(LABEL) $(SUITE) $(COMPONENT)' 2>/dev/null |
        awk '$NF == "main" && $1 !~ /security/ && ($2 == "Debian" || NF < 4) { print $1; exit }'
}

debian_keyring() {
    local file
    for file in /usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
        if [ -r "$file" ]; then
            printf '[signed-by=%s]' "$file"
            return
        fi
    done
    fail "no Debian keyring here: run: sudo apt-get install debian-archive-keyring"
}

# private_apt WORK: sets APT, the options of an apt that lives in WORK alone, and reads the package lists.
private_apt() {
    local mirror options
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || fail "apt's configuration names no Debian mirror: put an opa ≥ $OPA_MINIMUM on PATH, or set PALANA_DEBIAN_MIRROR"
    options=$(debian_keyring)
    mkdir -p "$1"/apt/{lists/partial,archives/partial,none} "$1/debs"
    : >"$1/apt/status"
    printf "deb $options %s %s main\n" "$mirror" forky "$mirror" trixie >"$1/apt/sources.list"
    # An index past its date is taken too: it is signed, and what is downloaded is pinned by its sha256. Mirrors lag, and
    # so do the clocks of fresh machines.
    APT=(
        -q -o Acquire::Check-Valid-Until=false -o Dir::State="$1/apt" -o Dir::State::lists="$1/apt/lists" -o Dir::State::status="$1/apt/status"
        -o Dir::Cache="$1/apt" -o Dir::Cache::archives="$1/apt/archives" -o Dir::Etc::sourcelist="$1/apt/sources.list"
        -o Dir::Etc::sourceparts="$1/apt/none" -o Dir::Etc::preferences=/dev/null
        -o Dir::Etc::preferencesparts="$1/apt/none" -o Dir::Log="$1/apt" -o Acquire::Languages=none
        -o Acquire::Retries=3 -o APT::Sandbox::User= -o APT::Default-Release=forky -o APT::Get::AllowUnauthenticated=false
        -o DPkg::Post-Invoke::= -o APT::Update::Post-Invoke::= -o APT::Install-Recommends=false
    )
    logged apt-get "${APT[@]}" update ||
        fail "could not read Debian's package lists for building OPA: check the network, or put an opa ≥ $OPA_MINIMUM on PATH (details: $SETUP_LOG)"
}

opa_list() { grep -v '^#' "$OPA_LIST"; }

# download_listed WORK: the listed versions; a version that the suite has moved on from is taken as the suite has it now.
download_listed() {
    local name version suite sum wanted=()
    opa_list | cut -d ' ' -f 1 | xargs apt-cache "${APT[@]}" madison | tr -d ' ' >"$1/available" || return 1
    while read -r name version suite sum; do
        if has_version "$1/available" "$name" "$version"; then
            wanted+=("$name=$version")
        else
            printf 'moved on: %s is no longer at %s\n' "$name" "$version" >>"$SETUP_LOG"
            wanted+=("$name/$suite")
        fi
    done < <(opa_list)
    note "downloading ${#wanted[@]} packages"
    (cd "$1/debs" && logged apt-get "${APT[@]}" download "${wanted[@]}") && check_sums "$1/debs"
}

# has_version MADISON-LIST PACKAGE VERSION
has_version() { grep -qF "$2|$3|" "$1"; }

# check_sums FOLDER: files of a listed version must have the listed sha256.
check_sums() {
    local name version suite sum file arch
    arch=$(dpkg --print-architecture)
    while read -r name version suite sum; do
        case $sum in "$arch":*) sum=${sum#*:} ;; *:*) continue ;; esac
        for file in "$1/${name}_${version//:/%3a}"_*.deb; do
            [ ! -e "$file" ] || printf '%s  %s\n' "$sum" "$file"
        done
    done < <(opa_list) >"$1/sums"
    logged sha256sum --check --quiet "$1/sums" || fail "a downloaded package differs from its listed sha256: nothing was built (details: $SETUP_LOG)"
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
    local deb root=$1/root
    note "unpacking and compiling"
    for deb in "$1"/debs/*.deb; do
        logged dpkg-deb -x "$deb" "$root" || return 1
    done
    logged env -u GOFLAGS GOROOT="$root/usr/lib/$OPA_GO" GOPATH="$root/usr/share/gocode" GO111MODULE=off GOTOOLCHAIN=local \
        GOCACHE="$1/gocache" GOTMPDIR="$1" CGO_ENABLED=0 HOME="$1" \
        "$root/usr/lib/$OPA_GO/bin/go" build -trimpath -ldflags '-s -w' -o "$1/opa" github.com/open-policy-agent/opa
}
