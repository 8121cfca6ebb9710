#!/bin/sh
# palana-guard from the outside: exit codes, signals, and what happens when either side of it dies.
set -u
guard=${BUILD:-build}/palana-guard
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

check() { # what expected got
    if [ "$2" = "$3" ]; then
        echo "ok guard: $1"
    else
        echo "not ok guard: $1: expected $2, got $3"
        failed=1
    fi
}

# Waits until the process in $1 is gone (or a zombie); prints the state it is in at the end of the time.
gone() {
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        state=$(sed 's/.*) \(.\).*/\1/' "/proc/$1/stat" 2>/dev/null || true)
        case $state in ''|Z|X) echo gone; return;; esac
        sleep 0.05
    done
    echo "alive ($state)"
}

mkfifo "$folder/lifeline"
sleep 1000 > "$folder/lifeline" & holder=$!
exec 3< "$folder/lifeline"

"$guard" --lifeline 3 -- /bin/sh -c 'exit 0';            check "success" 0 $?
"$guard" --lifeline 3 -- /bin/sh -c 'exit 42';           check "exit code" 42 $?
"$guard" --lifeline 3 -- /bin/sh -c 'kill -9 $$';        check "killed by a signal" 137 $?
"$guard" --lifeline 3 -- /nowhere 2>/dev/null;           check "no such program" 127 $?
"$guard" --lifeline 3 -- /etc/passwd 2>/dev/null;        check "not a program" 126 $?
"$guard" -- /bin/true 2>/dev/null;                       check "no lifeline" 125 $?
"$guard" --lifeline 9 -- /bin/true 2>/dev/null;          check "a lifeline that isn't open" 125 $?
check "core limit" 1 "$("$guard" --lifeline 3 -- /bin/sh -c 'sed -n "s/^Max core file size *\([0-9]*\).*/\1/p" /proc/self/limits')"
check "folder" /usr "$("$guard" --lifeline 3 --chdir /usr -- /bin/pwd)"
check "descriptors" "0 1 2 3 " "$("$guard" --lifeline 3 -- /bin/ls /proc/self/fd 7</dev/null | tr '\n' ' ')"

# The supervisor dies: the end of the lifeline takes the whole group.
"$guard" --lifeline 3 -- /bin/sh -c "sleep 1000 & echo \$! > $folder/grandchild; echo \$\$ > $folder/child; wait" & under=$!
while [ ! -s "$folder/child" ]; do sleep 0.01; done
kill -9 "$holder"
check "child after the supervisor's death" gone "$(gone "$(cat "$folder/child")")"
check "grandchild after the supervisor's death" gone "$(gone "$(cat "$folder/grandchild")")"
wait "$under"; check "guard's status then" 137 $?
exec 3<&-

# The guard dies: the child follows.
sleep 1000 > "$folder/lifeline" & holder=$!
exec 3< "$folder/lifeline"
rm -f "$folder/child"
"$guard" --lifeline 3 -- /bin/sh -c "echo \$\$ > $folder/child; exec sleep 1000" & under=$!
while [ ! -s "$folder/child" ]; do sleep 0.01; done
kill -9 "$under"
wait "$under" 2>/dev/null
check "child after the guard's death" gone "$(gone "$(cat "$folder/child")")"

# Signals are passed on.
rm -f "$folder/child"
"$guard" --lifeline 3 -- /bin/sh -c "trap 'exit 5' USR1; echo \$\$ > $folder/child; while :; do sleep 0.01; done" & under=$!
while [ ! -s "$folder/child" ]; do sleep 0.01; done
kill -USR1 "$under"
wait "$under"; check "a signal passed on" 5 $?
kill -9 "$holder"

exit "$failed"
