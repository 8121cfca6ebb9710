# shellcheck shell=bash
# Debian packages: what is missing, installed through apt as root or with sudo.

# "package probe": the package is there when the probe (a program, or a path pattern) is.
DEBIAN_PACKAGES=(
    "bubblewrap bwrap" "ca-certificates /etc/ssl/certs/ca-certificates.crt" "curl curl" "e2fsprogs mkfs.ext4"
    "fcgiwrap fcgiwrap" "g++ /usr/include/c++/*/vector" "gcc gcc" "git git" "iproute2 ip" "jq jq"
    "libc6-dev /usr/lib/*/libc.a" "libsqlite3-dev /usr/include/sqlite3.h" "make make" "mount mount"
    "nginx-light nginx" "nodejs node" "openssl openssl" "python3 python3"
    "python3-pip /usr/lib/python3/dist-packages/pip" "socat socat"
)
# Asked for by name, as setup.sh shellcheck. The compiler alone lacks the definitions that ours import.
DEBIAN_EXTRAS=(
    "conntrack conntrack" "dnsmasq-base dnsmasq" "iptables iptables" "libprotobuf-dev /usr/include/google/protobuf/any.proto"
    "nftables nft" "protobuf-compiler protoc" "python3-yaml /usr/lib/python3/dist-packages/yaml" "shellcheck shellcheck"
)

is_there() {
    case $1 in
    /*) compgen -G "$1" >/dev/null ;;
    *) PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null ;;
    esac
}

missing_packages() {
    local row package probe wanted
    for row in "${DEBIAN_PACKAGES[@]}"; do
        read -r package probe <<<"$row"
        is_there "$probe" || printf '%s\n' "$package"
    done
    for wanted in "$@"; do
        for row in "${DEBIAN_EXTRAS[@]}"; do
            read -r package probe <<<"$row"
            [ "$package" != "$wanted" ] || is_there "$probe" || printf '%s\n' "$package"
        done
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

apt_install() {
    logged as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

# nginx and fcgiwrap are run by the demo and the tests themselves: their system services stay off when we install them.
keep_services_off() {
    [ -d /run/systemd/system ] || return 0
    logged as_root systemctl "$1" --runtime nginx.service fcgiwrap.service fcgiwrap.socket ||
        note "could not $1 the nginx and fcgiwrap services; nothing here needs them to run"
}

install_debian_packages() {
    step "Debian packages"
    local missing web=no
    mapfile -t missing < <(missing_packages "$@")
    if [ "${#missing[@]}" = 0 ]; then
        note "all there"
        return
    fi
    local by_hand="sudo apt-get update && sudo apt-get install ${missing[*]}"
    command -v apt-get >/dev/null || fail "no apt-get on this machine; install these yourself: ${missing[*]}"
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "these packages need root and there is no sudo: run as root: ${by_hand//sudo /}"
    note "installing with apt: ${missing[*]}"
    case " ${missing[*]} " in *" nginx-light "* | *" fcgiwrap "*) web=yes ;; esac
    [ $web = no ] || keep_services_off mask
    # The machine's package lists may be old or empty: they are renewed once, and only when installing failed.
    apt_install "${missing[@]}" 2>>"$SETUP_LOG" || {
        note "renewing apt's package lists"
        logged as_root apt-get update -q -o DPkg::Lock::Timeout=300 || fail "apt-get update failed: is the network up? (details: $SETUP_LOG)"
        apt_install "${missing[@]}" || fail "apt could not install these packages; try: $by_hand"
    }
    [ $web = no ] || services_stay_off
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" = 0 ] || fail "still missing after apt-get install: ${missing[*]}"
}

services_stay_off() {
    [ -d /run/systemd/system ] || return 0
    keep_services_off unmask
    logged as_root systemctl disable nginx.service fcgiwrap.service fcgiwrap.socket ||
        note "could not disable the nginx and fcgiwrap services; nothing here needs them"
}
