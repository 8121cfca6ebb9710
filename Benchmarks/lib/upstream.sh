# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs is set by run.sh
# The server behind every peer, on 127.78.0.0/24: nginx, a CA of this run, and a DNS server that knows its names.
# Sets: port. Needs: work, here, root, rounds, cold_requests.
ADDRESS=127.78.0.10
DNS_ADDRESS=127.78.0.53
DNS_PORT=1053

make_certificates() {
    local tls=$work/tls names="DNS:bench.test,DNS:*.bench.test" round
    mkdir -p "$tls"
    for ((round = 1; round <= rounds; round++)); do names+=",DNS:*.r$round.bench.test"; done
    {
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=Palana benchmark CA" \
            -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign \
            -keyout "$tls/ca.key" -out "$work/ca.pem"
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=bench.test" \
            -keyout "$tls/server.key" -out "$tls/server.csr"
        openssl x509 -req -in "$tls/server.csr" -CA "$work/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial -days 2 \
            -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$names") -out "$tls/server.pem"
    } 2>"$work/log/openssl" || fail "openssl made no certificates: $(tail -n 1 "$work/log/openssl")"
}

# Root may listen on 443; for others the port is a high one, for all peers alike.
choose_port() {
    port=443
    [ "$(id -u)" = 0 ] || port=8443
}

# Every name of the run and its address: the hosts, and one new name for each cold request.
names() {
    local round number
    echo "api.bench.test=$ADDRESS"
    for ((round = 1; round <= rounds; round++)); do
        for ((number = 0; number < cold_requests; number++)); do echo "c$number.r$round.bench.test=$ADDRESS"; done
    done
}

start_upstream() {
    local all
    choose_port
    make_certificates
    mkdir -p "$work/nginx"
    sed -e "s#@WORK@#$work#g" -e "s#@ADDRESS@#$ADDRESS#g" -e "s#@PORT@#$port#g" \
        -e "s#@VALUE@#$(cat "$work/api.key")#g" "$here/upstream/nginx.conf.in" >"$work/nginx.conf"
    mapfile -t all < <(names)
    launch dns python3 "$root/Demo/servers/dns.py" $DNS_ADDRESS $DNS_PORT /dev/null "${all[@]}"
    launch nginx nginx -c "$work/nginx.conf" -e "$work/log/nginx.error"
    await nginx curl --silent --fail --max-time 2 --noproxy '*' --cacert "$work/ca.pem" \
        --resolve "api.bench.test:$port:$ADDRESS" -o /dev/null "https://api.bench.test:$port/plain"
}
