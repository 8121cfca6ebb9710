#!/bin/bash
# A sample agent in shell: asks TARGET_URL every EVERY seconds (10 unless told) with the key API_KEY, and keeps a diary in its
# workspace. On Palana API_KEY is a placeholder: the gateway puts the key in, and only for hosts that may have it.
set -euo pipefail
: "${TARGET_URL:?says nothing: name the address that this agent is to ask}"
diary=${WORKSPACE:-/data}/diary.txt
trap 'exit 0' TERM INT

while :; do
    # The key through a file: arguments are for everybody to read.
    answer=$(curl --silent --show-error --max-time 30 --output /tmp/answer --write-out '%{http_code}' \
        --header @<(printf 'Authorization: Bearer %s\n' "${API_KEY:-}") "$TARGET_URL" 2>&1) || true
    printf '%s %s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$TARGET_URL" "$answer" | tee -a "$diary"
    sleep "${EVERY:-10}" &
    wait $!
done
