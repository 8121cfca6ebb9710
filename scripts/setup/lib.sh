# shellcheck shell=bash
# Shared by the set-up scripts: messages, the cache folder, one run at a time, work folders that never outlive a run.
set -euo pipefail

CACHE=${PALANA_CACHE:-$HOME/.cache/palana}
SETUP_LOG=$CACHE/setup.log

say() { printf '%s\n' "$*"; }
step() { printf '==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

# Free KiB on the disk that holds the cache.
free_kib() { df -Pk "$CACHE" | awk 'NR == 2 { print $4 }'; }

# need_space MIB WHAT
need_space() {
    local have=$(($(free_kib) / 1024))
    [ "$have" -ge "$1" ] || fail "$2 needs $1 MiB free in $CACHE, which has $have MiB: free some space and run this again"
}

# logged COMMAND...: runs it with its output in the log; on failure prints the last lines.
logged() {
    printf '+ %s\n' "$*" >>"$SETUP_LOG"
    "$@" >>"$SETUP_LOG" 2>&1 9>&- && return
    local status=$?
    tail -n 5 "$SETUP_LOG" | sed 's/^/    | /' >&2
    [ "$(free_kib)" -gt 20480 ] || say "    The disk that holds $CACHE is full." >&2
    return "$status"
}

# Takes the lock (descriptor 9) that every set-up run holds, and removes what an interrupted run left behind.
enter_cache() {
    mkdir -p "$CACHE/bin" || fail "cannot create $CACHE: make the folder writable or set PALANA_CACHE"
    [ -w "$CACHE" ] || fail "$CACHE belongs to somebody else: fix its owner or set PALANA_CACHE"
    exec 9>"$CACHE/.lock"
    if ! flock -n 9; then
        say "Another set-up is running; waiting for it."
        flock -w 1800 9 || fail "another set-up has held $CACHE/.lock for 30 minutes: end it and run this again"
    fi
    rm -rf "$CACHE"/.work.* || true # what a killed run started may still be writing; it goes next time
    : >"$SETUP_LOG"
}

# Prints a new work folder; all of them are removed at exit.
new_work_folder() { mktemp -d "$CACHE/.work.XXXXXX"; }
leave_cache() { rm -rf "$CACHE"/.work.*; }

# at_least VERSION MINIMUM
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# The first x.y[.z] in what a command prints.
version_in() { grep -oE '[0-9]+\.[0-9]+(\.[0-9]+)?' | head -n 1; }

# tool_version PATH: the version of a program; empty when it does not run.
tool_version() {
    case ${1##*/} in
    envoy) { "$1" --version 2>/dev/null || true; } | grep -oE '/[0-9]+\.[0-9]+\.[0-9]+' | tr -d / | head -n 1 ;;
    # etcd runs on arm64 only when it is told that nobody promises anything.
    etcd) { ETCD_UNSUPPORTED_ARCH=arm64 "$1" --version 2>/dev/null || true; } | version_in ;;
    kubelet | kube-*) { "$1" --version 2>/dev/null || true; } | version_in ;;
    kubectl) { "$1" version --client 2>/dev/null || true; } | version_in ;;
    *) { "$1" version 2>/dev/null || true; } | version_in ;;
    esac || true
}

# on_path TOOL MINIMUM: prints "version path" of a tool outside the cache that is new enough.
on_path() {
    local path version
    while read -r path; do
        case $path in "$CACHE"/*) continue ;; esac
        version=$(tool_version "$path")
        if [ -n "$version" ] && at_least "$version" "$2"; then
            printf '%s %s\n' "$version" "$path"
            return 0
        fi
    done < <(type -aP "$1" || true)
    return 1
}

# keep TOOL VERSION-KEY FILE: moves the program into the cache by renames alone, so that nobody ever meets half of it.
keep() {
    local folder=$CACHE/$1-$2 staged
    chmod 0755 "$3"
    [ -n "$(tool_version "$3")" ] || fail "the $1 that was just made does not run on this machine: see $SETUP_LOG"
    staged=$(new_work_folder)
    mv "$3" "$staged/$1"
    chmod 0755 "$staged"
    rm -rf "$folder"
    mv -T "$staged" "$folder"
    link "$1" "$2"
}

# link TOOL VERSION-KEY: points bin/TOOL there, atomically.
link() {
    local target="../$1-$2/$1" temporary="$CACHE/bin/.$1.new"
    [ "$(readlink "$CACHE/bin/$1" || true)" = "$target" ] && return
    ln -sfn "$target" "$temporary"
    mv -fT "$temporary" "$CACHE/bin/$1"
}

# is_kept TOOL VERSION-KEY: the cache holds it and it runs.
is_kept() { [ -x "$CACHE/$1-$2/$1" ] && [ -n "$(tool_version "$CACHE/$1-$2/$1")" ]; }
