#!/usr/bin/env bash
# Palana on a real cluster with real pods, end to end: starts the test cluster, imports the images, runs the parts in
# Tests/EndToEnd one after the other, ends the cluster. The last line is the sum: "N passed, N failed, N skipped".
#
#   scripts/e2e.sh [--config debug|release] [--keep] [PART...]     (all parts when none is named; images are built before)
#
# --keep leaves the cluster up, to look around with scripts/cluster.sh. Needs root, a build (make build), and what
# scripts/setup.sh kubernetes-node brings. A killed run leaves nothing: the cluster ends with this process.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
config=debug
keep=no
parts=()
while [ $# -gt 0 ]; do
    case $1 in
    --config) config=${2:?debug or release} && shift ;;
    --keep) keep=yes ;;
    *)
        if [ ! -f "Tests/EndToEnd/$1.sh" ] || [[ $1 != [0-9]* ]]; then
            printf "e2e: no part '%s': there are %s\n" "$1" "$(basename -s .sh Tests/EndToEnd/[0-9]*.sh | paste -sd ' ')" >&2
            exit 2
        fi
        parts+=("$1")
        ;;
    esac
    shift
done
[ ${#parts[@]} -gt 0 ] || mapfile -t parts < <(basename -s .sh Tests/EndToEnd/[0-9]*.sh)

results=.build/test-results/e2e
rm -rf $results
mkdir -p $results

tidy() {
    local status=$?
    [ $keep = yes ] || scripts/cluster.sh down || true
    exit $status
}
trap tidy EXIT
trap 'exit 130' INT TERM HUP

# part NAME MINUTES: a part that hangs is ended, and the totals say so.
part() {
    local status=0
    printf '\n== e2e: %s ==\n' "$1"
    E2E_CONFIG=$config timeout --kill-after=10 "${2}m" scripts/cluster.sh enter "Tests/EndToEnd/$1.sh" </dev/null >$results/"$1".log 2>&1 || status=$?
    cat $results/"$1".log
    [ $status -lt 124 ] || echo "e2e: the part '$1' was ended (exit code $status; its limit is $2 minutes)"
    python3 scripts/totals.py lines "$1" $status $results/"$1".log >>$results/totals
}

scripts/cluster.sh down
until_we_end=(--until $$)
[ $keep = no ] || until_we_end=()
scripts/cluster.sh up "${until_we_end[@]}"
python3 deploy/images/build.py --config "$config"
python3 deploy/images/build.py --config debug --output .build/images/e2e Tests/EndToEnd/images/*.toml
scripts/cluster.sh load .build/images/*.tar .build/images/e2e/*.tar
for name in "${parts[@]}"; do
    part "$name" 10
done
echo
python3 scripts/totals.py sum $results/totals
