#!/usr/bin/env bash
# Renders deploy/manifests from deploy/chart with the chart's own values. With --check it changes nothing and says whether
# what is committed is fresh (exit code 1 when not). Needs Helm (scripts/setup.sh helm).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh

rendered=$(mktemp -d)
trap 'rm -rf "$rendered"' EXIT
# It tells that deploy/chart/crds is a link.
helm template palana deploy/chart --namespace palana-system --set plain=true --output-dir "$rendered" \
    >"$rendered/log" 2>&1 || {
    cat "$rendered/log" >&2
    exit 1
}
mkdir "$rendered/manifests"
for file in "$rendered"/palana/templates/*.yaml; do
    {
        echo "# Rendered from deploy/chart/templates/${file##*/} by scripts/manifests.sh: change that, and run make generate."
        grep -v -e '^# Source: ' -e '^[[:space:]]*$' "$file" | sed 1d
    } >"$rendered/manifests/${file##*/}"
done

if [ "${1:-}" = --check ]; then
    diff -r -u deploy/manifests "$rendered/manifests" || {
        echo "deploy/manifests are stale: run scripts/manifests.sh and commit the result" >&2
        exit 1
    }
    echo "deploy/manifests are fresh"
else
    mkdir -p deploy/manifests
    rm -f deploy/manifests/*.yaml
    cp "$rendered"/manifests/*.yaml deploy/manifests/
    echo "wrote $(find deploy/manifests -name '*.yaml' | wc -l) files to deploy/manifests"
fi
