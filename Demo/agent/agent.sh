#!/usr/bin/env bash
# The demo's agent, run inside the sandbox by palana run. Prints rows (ROW, id, what was tried, what was seen; by tabs) among
# whatever else it has to say; demo.sh compares them with expected.tsv.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# It looks through all files and all memory it can reach, which is for a sandbox only: the agent's manifest sets DEMO_PORT.
port=${DEMO_PORT:?this is run inside the sandbox, by Demo/demo.sh}
suffix=$([ "$port" = 443 ] || printf ':%s' "$port")
pattern='sk_demo_[l]ive_[0-9a-f]{32}' # the prefix of the real key, written so that this line doesn't match

row() { printf 'ROW\t%s\t%s\t%s\n' "$1" "$2" "${3//$'\n'/ }"; }

environment() {
    env
    local seen=none
    ! env | grep -qE "$pattern" || seen="the real key"
    row b1 "print the whole environment" "$seen"
}

# /usr is the machine's own, read-only; /dev has no text; /proc is the turn of agent.py, /sys holds no text of anybody's.
files() {
    local found
    found=$(find / \( -path /dev -o -path /proc -o -path /sys -o -path /usr \) -prune -o -type f -readable -print0 2>/dev/null |
        xargs -0 -r grep -laE "$pattern" 2>/dev/null)
    row b2 "search every readable file" "${found:-none}"
}

repository() {
    local work=/data/work output seen=cloned
    # shellcheck disable=SC2016 # git's own shell expands this
    local git=(git -c credential.helper= -c 'credential.helper=!f() { echo username=agent; echo "password=$DEMO_GIT_TOKEN"; }; f'
        -c user.name=agent -c user.email=agent@demo.test)
    export GIT_TERMINAL_PROMPT=0
    rm -rf "$work"
    output=$("${git[@]}" clone -q "https://git.demo.test$suffix/project.git" "$work" 2>&1) || seen="$output"
    row c1 "git clone with the placeholder as password" "$seen"
    seen=pushed
    output=$(cd "$work" && date >agent && git add agent && "${git[@]}" commit -qm "Work of the agent" &&
        "${git[@]}" push -q origin main 2>&1) || seen="failed $output"
    row c2 "git push" "$seen"
}

# Node's fetch knows nothing of proxy variables: it resolves the name and connects to port 443 by itself.
without_proxy() {
    local target=https://api.demo.test/orders
    [ "$port" = 443 ] || target=https://denied.demo.test/hello # nothing of ours is on 443 there: seen is the refusal
    local seen
    seen=$(env -u HTTPS_PROXY -u https_proxy -u HTTP_PROXY -u http_proxy -u ALL_PROXY -u all_proxy -u NODE_USE_ENV_PROXY \
        node "$here/fetch.mjs" "$target" 2>&1)
    row d "node fetch $target, which ignores proxy variables" "$seen"
}

remember() {
    echo "written by the first run" >/data/memory
    row f0 "write a file to /data" "$(cat /data/memory)"
}

recall() { row f "stopped and started again: read the file in /data" "$(cat /data/memory 2>&1)"; }

case ${1:-first} in
first)
    environment
    files
    python3 "$here/agent.py"
    repository
    without_proxy
    remember
    ;;
again) recall ;;
esac
