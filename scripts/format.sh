#!/usr/bin/env bash
# Rewrites the sources in the form that scripts/check.sh asks for.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
git ls-files --cached --others --exclude-standard -z -- '*.swift' ':!*/Generated/*' |
    xargs -0 swift format format --in-place --parallel
opa fmt --write policies
