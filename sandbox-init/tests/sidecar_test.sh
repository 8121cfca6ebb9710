#!/bin/sh
# palana-sidecar from the outside: exit codes, what it waits for, and when it passes the end on.
set -u
sidecar=${BUILD:-build}/palana-sidecar
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

check() { # what expected got
    if [ "$2" = "$3" ]; then
        echo "ok sidecar: $1"
    else
        echo "not ok sidecar: $1: expected $2, got $3"
        failed=1
    fi
}

# Waits until a file is there, five seconds at most.
appears() {
    tries=0
    while [ ! -e "$1" ] && [ $tries -lt 500 ]; do
        sleep 0.01
        tries=$((tries + 1))
    done
}

"$sidecar" -- true;                                  check "success" 0 $?
"$sidecar" -- sh -c 'exit 42';                       check "exit code" 42 $?
"$sidecar" -- sh -c 'kill -9 $$';                    check "killed by a signal" 137 $?
"$sidecar" -- /nowhere 2>/dev/null;                  check "no such program" 127 $?
"$sidecar" -- /etc/passwd 2>/dev/null;               check "not a program" 126 $?
"$sidecar" 2>/dev/null;                              check "no program" 125 $?
"$sidecar" --linger soon -- true 2>/dev/null;        check "a time that is none" 125 $?
check "core limit" 1 "$("$sidecar" -- sed -n 's/^Max core file size *\([0-9]*\).*/\1/p' /proc/self/limits)"
check "signals are the program's again" 0000000000000000 "$("$sidecar" -- sed -n 's/^SigBlk:[[:space:]]*//p' /proc/self/status)"

# It starts the program when the file is there, and not before.
"$sidecar" --await "$folder/file" -- sh -c "[ -e $folder/file ] && touch $folder/started" & under=$!
sleep 0.2
check "not started before" no "$([ -e "$folder/started" ] && echo yes || echo no)"
touch "$folder/file"
wait "$under"; check "started then" 0 $?
"$sidecar" --await "$folder/never" -- true & under=$!
sleep 0.1
kill -TERM "$under"
wait "$under"; check "told to end while it waits" 0 $?

# It passes the end on after the time, not at once, and once only.
program="trap 'date +%s%N > $folder/told; exit 7' TERM; touch $folder/runs; while :; do sleep 0.05; done"
"$sidecar" --linger 1 -- sh -c "$program" & under=$!
appears "$folder/runs"
before=$(date +%s%N)
kill -TERM "$under"
sleep 0.3
kill -TERM "$under"
wait "$under"; check "the program's status after SIGTERM" 7 $?
waited=$((($(cat "$folder/told") - before) / 1000000))
check "SIGTERM after a second ($waited ms)" yes "$([ $waited -ge 950 ] && [ $waited -lt 3000 ] && echo yes || echo no)"

# The program may end by itself meanwhile.
rm -f "$folder/runs"
"$sidecar" --linger 600 -- sh -c "touch $folder/runs; sleep 0.3; exit 9" & under=$!
appears "$folder/runs"
kill -TERM "$under"
wait "$under"; check "ends with the program" 9 $?

exit $failed
