# shellcheck shell=bash
# Debian packages that are unpacked, not installed: an apt state of our own, so that the machine's sources, its installed
# packages and its apt lists are not touched and no root is needed. apt verifies all against the archive's signatures with
# the machine's Debian keyring.

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

# private_apt WORK WHAT INSTEAD TYPE:SUITE...: sets APT, the options of an apt that lives in WORK alone and prefers the
# first suite, and reads the package lists. TYPE is deb or deb-src; WHAT it is for and what to do INSTEAD stand in errors.
private_apt() {
    local work=$1 what=$2 instead=$3 mirror options source
    shift 3
    command -v apt-get >/dev/null || fail "$what needs Debian's apt-get: $instead"
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || fail "apt's configuration names no Debian mirror: $instead, or set PALANA_DEBIAN_MIRROR"
    options=$(debian_keyring)
    mkdir -p "$work"/apt/{lists/partial,archives/partial,none} "$work/debs"
    : >"$work/apt/status"
    for source in "$@"; do
        printf '%s %s %s %s main\n' "${source%%:*}" "$options" "$mirror" "${source#*:}"
    done >"$work/apt/sources.list"
    # An index past its date is taken too: it is signed, and what is downloaded is pinned by its sha256. Mirrors lag, and
    # so do the clocks of fresh machines.
    APT=(
        -q -o Acquire::Check-Valid-Until=false -o Dir::State="$work/apt" -o Dir::State::lists="$work/apt/lists" -o Dir::State::status="$work/apt/status"
        -o Dir::Cache="$work/apt" -o Dir::Cache::archives="$work/apt/archives" -o Dir::Etc::sourcelist="$work/apt/sources.list"
        -o Dir::Etc::sourceparts="$work/apt/none" -o Dir::Etc::preferences=/dev/null
        -o Dir::Etc::preferencesparts="$work/apt/none" -o Dir::Log="$work/apt" -o Acquire::Languages=none
        -o Acquire::Retries=3 -o APT::Sandbox::User= -o APT::Default-Release="${1#*:}" -o APT::Get::AllowUnauthenticated=false
        -o DPkg::Post-Invoke::= -o APT::Update::Post-Invoke::= -o APT::Install-Recommends=false
    )
    logged apt-get "${APT[@]}" update ||
        fail "could not read Debian's package lists for $what: check the network, or $instead (details: $SETUP_LOG)"
}

# A list names a package a line: package, version, suite, sha256 (ARCH:sha256 where it differs by architecture).
listed() { grep -v '^#' "$1"; }

# download_listed WORK LIST: the listed versions; a version that the suite has moved on from is taken as the suite has it now.
download_listed() {
    local name version suite sum wanted=()
    listed "$2" | cut -d ' ' -f 1 | xargs apt-cache "${APT[@]}" madison | tr -d ' ' >"$1/available" || return 1
    while read -r name version suite sum; do
        if has_version "$1/available" "$name" "$version"; then
            wanted+=("$name=$version")
        else
            printf 'moved on: %s is no longer at %s\n' "$name" "$version" >>"$SETUP_LOG"
            wanted+=("$name/$suite")
        fi
    done < <(listed "$2")
    note "downloading ${#wanted[@]} packages"
    (cd "$1/debs" && logged apt-get "${APT[@]}" download "${wanted[@]}") && check_sums "$1/debs" "$2"
}

# has_version MADISON-LIST PACKAGE VERSION
has_version() { grep -qF "$2|$3|" "$1"; }

# check_sums FOLDER LIST: files of a listed version must have the listed sha256.
check_sums() {
    local name version suite sum file arch
    arch=$(dpkg --print-architecture)
    while read -r name version suite sum; do
        case $sum in "$arch":*) sum=${sum#*:} ;; *:*) continue ;; esac
        for file in "$1/${name}_${version//:/%3a}"_*.deb; do
            [ ! -e "$file" ] || printf '%s  %s\n' "$sum" "$file"
        done
    done < <(listed "$2") >"$1/sums"
    logged sha256sum --check --quiet "$1/sums" || fail "a downloaded package differs from its listed sha256: nothing was built (details: $SETUP_LOG)"
}

# unpack_debs WORK: unpacks all that was downloaded into WORK/root.
unpack_debs() {
    local deb
    for deb in "$1"/debs/*.deb; do
        logged dpkg-deb -x "$deb" "$1/root" || return 1
    done
}
