# shellcheck shell=bash
# The Swift toolchain is not installed for you: it is big and people keep their own. This says what is missing.
check_swift() {
    step "swift ≥ 6.2"
    command -v swift >/dev/null || fail "no swift on PATH: install Swift 6.2 or newer from swift.org and run this again"
    local said version
    # Its own output names what it lacks: a library of the system, most often.
    said=$(swift --version 2>&1) ||
        fail "swift on PATH ($(command -v swift)) does not run: $(tail -n 1 <<<"$said") (the packages that it needs on Debian are listed at swift.org)"
    version=$(version_in <<<"$said" || true)
    at_least "${version:-0}" 6.2 || fail "swift on PATH is ${version:-of unknown version}; 6.2 or newer is needed (swift.org)"
    note "using $(command -v swift) ($version)"
}
