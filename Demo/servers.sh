#!/usr/bin/env bash
# The servers that the demo's agent talks to, on 127.77.0.0/24.
#
#   Demo/servers.sh start FOLDER     makes keys and certificates in FOLDER and starts all; prints the HTTPS port
#   Demo/servers.sh stop FOLDER      ends those that FOLDER's pid files name
#
# FOLDER then holds ca.pem (to trust), api.key and git.password (the real secrets), log/ (what each server saw), port.
# HTTPS listens on 443 as root, with sudo, or where low ports are free to all; else on 8443.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:/usr/sbin:/sbin

DNS=127.77.0.53
DNS_PORT=1053
declare -A ADDRESS=([api.demo.test]=127.77.0.10 [git.demo.test]=127.77.0.11 [denied.demo.test]=127.77.0.12
    [other.demo.test]=127.77.0.13 [private.demo.test]=127.0.0.1)

fail() {
    printf 'demo servers: %s\n' "$*" >&2
    exit 1
}

# A CA and one certificate for all names, made for this run.
make_certificates() {
    local tls=$work/tls name names=""
    mkdir -p "$tls"
    for name in "${!ADDRESS[@]}"; do names+="DNS:$name,"; done
    {
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=Palana demo CA" \
            -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign \
            -keyout "$tls/ca.key" -out "$work/ca.pem"
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=demo.test" \
            -keyout "$tls/server.key" -out "$tls/server.csr"
        openssl x509 -req -in "$tls/server.csr" -CA "$work/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial -days 2 \
            -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "${names%,}") -out "$tls/server.pem"
    } 2>"$work/log/openssl" || fail "openssl made no certificates: $(tail -n 1 "$work/log/openssl")"
    rm "$tls/ca.key"
}

# The real secrets. Their prefix is what the agent looks for; the rest is random.
make_secrets() {
    local name
    for name in api.key git.password; do
        printf 'sk_demo_live_%s' "$(openssl rand -hex 16)" >"$work/$name"
    done
    printf 'agent:%s\n' "$(openssl passwd -apr1 -stdin <"$work/git.password")" >"$work/git.htpasswd"
}

make_repository() {
    local seed
    git init -q --bare -b main "$work/git/project.git"
    seed=$(mktemp -d "$work/seed.XXXXXX")
    git init -q -b main "$seed"
    echo "A project that the agent works on." >"$seed/README"
    git -C "$seed" add README
    git -C "$seed" -c user.name=demo -c user.email=demo@demo.test commit -qm "Begin"
    git -C "$seed" push -q "$work/git/project.git" main
    rm -rf "$seed"
}

# Sets port, and low: the command that lets a server bind it.
choose_port() {
    low=()
    port=443
    [ "$(id -u)" != 0 ] || return 0
    [ "$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" -gt 443 ] || return 0
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        low=(sudo -n setpriv --reuid "$(id -u)" --regid "$(id -g)" --init-groups
            --inh-caps +net_bind_service --ambient-caps +net_bind_service --)
    else
        port=8443
    fi
}

# launch NAME COMMAND...: in the background, its output in log/NAME.out, its pid in NAME.pid.
launch() {
    local name=$1
    shift
    # The shell that writes the pid becomes the server: sudo hands its own process over only by exec, so the pid is written
    # by what runs last.
    # shellcheck disable=SC2016 # expanded by the inner shell
    (exec setsid "${wrap[@]}" sh -c 'echo $$ >"$1"; shift; exec "$@"' sh "$work/$name.pid" "$@") \
        </dev/null >"$work/log/$name.out" 2>&1 &
    disown
}

await() { # await NAME COMMAND...
    local name=$1 deadline=$((SECONDS + 10))
    shift
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $deadline ] || gone "$name"; then
            fail "$name did not start: $(tail -n 1 "$work/log/$name.out") (is port $port or $DNS_PORT taken?)"
        fi
        sleep 0.1
    done
}

gone() { [ -s "$work/$1.pid" ] && [ ! -e "/proc/$(cat "$work/$1.pid")" ]; }

fill_in() {
    sed -e "s#@WORK@#$work#g" -e "s#@PORT@#$port#g" -e "s#@ADDRESS@#${ADDRESS[git.demo.test]}#g" \
        -e "s#@BACKEND@#$(git --exec-path)/git-http-backend#g" "$here/servers/nginx.conf.in" >"$work/nginx.conf"
}

pairs() { # NAME=ADDRESS for the names given
    local name
    for name in "$@"; do printf '%s=%s\n' "$name" "${ADDRESS[$name]}"; done
}

start() {
    [ ! -e "$work/port" ] || fail "$work already holds servers: stop them first (Demo/servers.sh stop $work)"
    umask 077
    trap undo_failed_start EXIT
    mkdir -p "$work"/{log,git,nginx}
    make_certificates
    make_secrets
    make_repository
    choose_port
    fill_in
    touch "$work/log/dns" "$work/log/api"
    local served=(api.demo.test denied.demo.test other.demo.test)
    # 127.0.0.1 is served too when its port is free, so that a request that should be refused has somewhere to arrive.
    ! free_loopback || served+=(private.demo.test)
    local wrap=()
    mapfile -t names < <(pairs "${!ADDRESS[@]}")
    launch dns python3 "$here/servers/dns.py" $DNS $DNS_PORT "$work/log/dns" "${names[@]}"
    launch fcgi fcgiwrap -s "unix:$work/fcgi.sock"
    wrap=("${low[@]}")
    mapfile -t names < <(pairs "${served[@]}")
    launch api python3 "$here/servers/api.py" "$port" "$work/tls/server.pem" "$work/tls/server.key" "$work/api.key" \
        "$work/log/api" "${names[@]}"
    launch nginx nginx -c "$work/nginx.conf" -e "$work/log/nginx.error"
    await dns resolves api.demo.test
    await api answers api.demo.test
    await nginx answers git.demo.test
    echo "$port" | tee "$work/port"
}

undo_failed_start() {
    local status=$?
    [ $status = 0 ] || stop
    exit $status
}

free_loopback() { ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
answers() { curl --silent --max-time 2 --noproxy '*' --cacert "$work/ca.pem" --connect-to "$1::${ADDRESS[$1]}:" -o /dev/null "https://$1:$port/hello"; }
resolves() { # over TCP, with what is at hand
    python3 - "$1" $DNS $DNS_PORT <<'PY'
import socket, struct, sys
name = b"".join(bytes([len(part)]) + part.encode() for part in sys.argv[1].split(".")) + b"\0"
query = struct.pack("!HHHHHH", 7, 256, 1, 0, 0, 0) + name + struct.pack("!HH", 1, 1)
with socket.create_connection((sys.argv[2], int(sys.argv[3])), 1) as connection:
    connection.sendall(struct.pack("!H", len(query)) + query)
    sys.exit(0 if connection.recv(512)[5] & 15 == 0 else 1)
PY
}

stop() {
    local file pid deadline
    for file in "$work"/{nginx,api,fcgi,dns}.pid; do
        [ -s "$file" ] || continue
        pid=$(cat "$file")
        # A pid that another program has by now is left alone: ours name this folder on their command line.
        if { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF "$work"; then
            kill "$pid" 2>/dev/null || true
            deadline=$((SECONDS + 5))
            while [ -e "/proc/$pid" ] && [ $SECONDS -lt $deadline ]; do sleep 0.05; done
            kill -9 "$pid" 2>/dev/null || true
        fi
        rm -f "$file"
    done
    rm -f "$work/port"
}

case ${1:-} in
start | stop)
    [ $# = 2 ] || fail "say which folder: Demo/servers.sh $1 FOLDER"
    work=$(realpath -m "$2")
    "$1"
    ;;
*) fail "usage: Demo/servers.sh start|stop FOLDER" ;;
esac
