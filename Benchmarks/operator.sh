#!/usr/bin/env bash
# Measures a release build of the operator, as a process of its own under the manifests' rights, on a real control plane
# (etcd, kube-apiserver, kube-controller-manager beside it on the same cores): how long it takes from its start until every
# agent has all that it needs but the pod, and how much memory it had at most. See Benchmarks/README.md.
#
#   Benchmarks/operator.sh [--agents N] [--results FOLDER]
#
#   PALANA=PROGRAM measures this program instead of building one
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
agents=1000
output=$here/results/$(date +%F)-$(nproc)cores
while [ $# -gt 0 ]; do
    case $1 in
    --agents) agents=${2:?"--agents needs a number"} ;;
    --results) output=${2:?"--results needs a folder"} ;;
    *)
        echo "unknown argument '$1': there are --agents N and --results FOLDER" >&2
        exit 2
        ;;
    esac
    shift 2
done
program=${PALANA:-}
if [ -z "$program" ]; then
    swift build -c release --product palana --scratch-path .build-release
    program=$PWD/.build-release/release/palana
fi
mkdir -p "$output"
{
    echo "cores $(nproc), load $(cut -d' ' -f1 /proc/loadavg), $(uname -m), commit $(git rev-parse --short HEAD)"
    PALANA_SCALE_AGENTS=$agents PALANA_SCALE_PROGRAM=$program \
        swift test --skip-build --disable-xctest --filter OperatorTests/scale 2>&1 |
        grep -E '^[0-9]+ |^core seconds|Test run with|✘'
} | tee "$output/operator.txt"
