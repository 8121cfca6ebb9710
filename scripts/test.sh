#!/usr/bin/env bash
# Runs the suites and prints what each gave; the last line is the sum: "N passed, N failed, N skipped".
#
#   scripts/test.sh [init|policy|unit|integration]...      (all of them when none is named)
#
# Expects a build (make build). A skipped integration test counts as a failure: the machine lacks something that
# scripts/setup.sh should have brought.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
results=.build/test-results
rm -rf $results
mkdir -p $results

# swift_suite NAME MINUTES FILTER...: a test that hangs ends the suite after MINUTES, and the totals name it.
swift_suite() {
    local suite=$1 minutes=$2 status=0
    shift 2
    : >"$results/$suite.jsonl"
    # One after the other: most tests start real programs, and two cores can't start fifty at once.
    timeout --foreground --signal=INT --kill-after=30 "${minutes}m" swift test --skip-build --disable-xctest --no-parallel \
        --event-stream-output-path "$results/$suite.jsonl" --event-stream-version 0 "$@" || status=$?
    [ "$status" -lt 124 ] || echo "test: the suite '$suite' was ended (exit code $status; its limit is $minutes minutes)"
    python3 scripts/totals.py swift "$suite" "$status" "$results/$suite.jsonl" >>$results/totals
}

init_suite() {
    local status=0
    make --no-print-directory -C sandbox-init test 2>&1 | tee $results/init.log || status=$?
    python3 scripts/totals.py lines init "$status" $results/init.log >>$results/totals
}

policy_suite() {
    local status=0
    opa test policies --format json >$results/policy.json || status=$?
    [ "$status" = 0 ] || opa test policies --verbose || true
    python3 scripts/totals.py opa policy "$status" $results/policy.json >>$results/totals
}

[ $# -gt 0 ] || set -- init policy unit integration
for suite in "$@"; do
    printf '\n== %s ==\n' "$suite"
    case $suite in
    init) init_suite ;;
    policy) policy_suite ;;
    unit) swift_suite unit 15 --skip IntegrationTests ;;
    integration) swift_suite integration 40 --filter IntegrationTests ;;
    *)
        printf "test: no suite '%s': there are init, policy, unit, integration\n" "$suite" >&2
        exit 2
        ;;
    esac
done
echo
exec python3 scripts/totals.py sum $results/totals
