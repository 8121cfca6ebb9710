# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs is set by run.sh
# The peers that aren't Palana: bare Envoy and mitmproxy, each on a Unix socket of its own.
# Needs what lib/upstream.sh sets, and placeholder.
MITMPROXY=11.0.2

start_envoy() {
    sed -e "s#@WORK@#$work#g" -e "s#@DNS_ADDRESS@#$DNS_ADDRESS#g" -e "s#@DNS_PORT@#$DNS_PORT#g" \
        "$here/peers/envoy/envoy.yaml.in" >"$work/envoy.yaml"
    # As many workers as Palana's Envoy has: one a core.
    launch envoy envoy -c "$work/envoy.yaml" --disable-hot-restart --log-level warning
    await envoy test -S "$work/envoy.sock"
}

# mitmproxy in a folder of its own in the cache, by pip with pinned versions and hashes. Sets mitmproxy_folder.
install_mitmproxy() {
    mitmproxy_folder=${PALANA_CACHE:-$HOME/.cache/palana}/mitmproxy-$MITMPROXY
    [ ! -e "$mitmproxy_folder/complete" ] || return 0
    echo "Installing mitmproxy $MITMPROXY into $mitmproxy_folder"
    rm -rf "$mitmproxy_folder"
    python3 -m pip install --quiet --root-user-action ignore --disable-pip-version-check --no-input --no-deps --require-hashes --only-binary :all: \
        --target "$mitmproxy_folder" --requirement "$here/peers/mitmproxy/requirements.txt" ||
        fail "pip could not install mitmproxy: check the network and pip's configuration"
    touch "$mitmproxy_folder/complete"
}

start_mitmproxy() {
    local free
    mkdir -p "$work/mitmproxy"
    jq -n --arg placeholder "$placeholder" --arg value_file "$work/api.key" --arg address "$ADDRESS" \
        --arg socket "$work/mitmproxy.sock" \
        '{hosts: ["api.bench.test", "*.bench.test"], keyed_hosts: ["api.bench.test"], $placeholder, $value_file, $address, $socket}' \
        >"$work/mitmproxy/settings.json"
    free=$(python3 -c 'import socket; s = socket.create_server(("127.78.0.1", 0)); print(s.getsockname()[1])')
    launch mitmproxy env PYTHONPATH="$mitmproxy_folder" EGRESS_SETTINGS="$work/mitmproxy/settings.json" \
        python3 -c 'from mitmproxy.tools.main import mitmdump; mitmdump()' --quiet \
        --listen-host 127.78.0.1 --listen-port "$free" --scripts "$here/peers/mitmproxy/egress.py" \
        --set confdir="$work/mitmproxy" --set ssl_verify_upstream_trusted_ca="$work/ca.pem"
    await mitmproxy test -S "$work/mitmproxy.sock"
}
