# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs is set by run.sh
# Shared by the benchmark's scripts: messages, processes of this run, waiting, time.

fail() {
    printf 'bench: %s\n' "$*" >&2
    exit 1
}
headline() { printf '\n\033[1m%s\033[0m\n' "$*"; }

# launch NAME COMMAND...: in the background, its output in log/NAME.out, its pid in NAME.pid.
launch() {
    local name=$1
    shift
    setsid "$@" </dev/null >"$work/log/$name.out" 2>&1 &
    echo $! >"$work/$name.pid"
}

# await NAME COMMAND...: until the command succeeds; fails when the process NAME ends before that or takes 20 s.
await() {
    local name=$1 deadline=$((SECONDS + 20))
    shift
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $deadline ] || [ ! -e "/proc/$(cat "$work/$name.pid")" ]; then
            fail "$name did not start: $(tail -n 3 "$work/log/$name.out")"
        fi
        sleep 0.1
    done
}

# Ends what launch started in this run.
stop_launched() {
    local file pid deadline
    for file in "$work"/*.pid; do
        [ -s "$file" ] || continue
        pid=$(cat "$file")
        kill "$pid" 2>/dev/null || true
        deadline=$((SECONDS + 5))
        while kill -0 "$pid" 2>/dev/null && [ $SECONDS -lt $deadline ]; do sleep 0.05; done
        kill -9 "$pid" 2>/dev/null || true
        rm -f "$file"
    done
}

milliseconds() { local now=${EPOCHREALTIME/[^0-9]/}; echo $((now / 1000)); }

# timed FILE NAME COMMAND...: runs it and adds "NAME milliseconds" to the file.
timed() {
    local file=$1 name=$2 began ended
    shift 2
    began=$(milliseconds)
    "$@" >"$work/log/timed.out" 2>&1 || fail "$* failed: $(tail -n 3 "$work/log/timed.out")"
    ended=$(milliseconds)
    printf '%s\t%s\n' "$name" $((ended - began)) >>"$file"
}
