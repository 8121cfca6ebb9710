#!/usr/bin/env bash
# shellcheck disable=SC2317 # the checks are called by name
# Everything that can be judged without running it. Each check runs, also after one failed; the exit code is 1 if any did.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/tools.sh
. scripts/tools.sh
failed=0

# check WHAT COMMAND...
check() {
    local what=$1 output
    shift
    if output=$("$@" 2>&1); then
        printf 'ok    %s\n' "$what"
    else
        printf 'FAIL  %s\n%s\n' "$what" "$output"
        failed=1
    fi
}

# Files of the tree: tracked ones and those not added yet, but none that git ignores.
files() { git ls-files --cached --others --exclude-standard -z -- "$@"; }

swift_format() { files '*.swift' ':!*/Generated/*' | xargs -0 swift format lint --strict --parallel; }
shell_scripts() { files '*.sh' .ci/run | xargs -0 shellcheck --external-sources; }
python_files() { files '*.py' | xargs -0 -r -n 1 python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])'; }
opa_fmt() { opa fmt --list --fail policies; }

# No file is longer than the style allows (generated code and lists apart).
short_files() {
    local file lines bad=0
    while IFS= read -r -d '' file; do
        lines=$(wc -l <"$file")
        if [ "$lines" -gt 500 ]; then
            echo "$file has $lines lines; 500 is the limit: split it"
            bad=1
        fi
    done < <(files '*.swift' '*.sh' '*.py' '*.rego' '*.c' ':!*/Generated/*')
    return "$bad"
}

# The hosts that this machine's pip and npm take packages from: they are its own business and never belong in the tree.
package_hosts() {
    { python3 -m pip config list 2>/dev/null || true; npm config get registry 2>/dev/null || true; env | grep -iE '^(PIP|NPM|UV)_' || true; } |
        grep -oE '://([^/@ ]*@)?[^/:'"'"'" ]+' | sed -E 's#^://([^@]*@)?##' | sort -u
}

# Neither absolute paths of the machine that wrote a file nor its package hosts.
no_machine_names() {
    local word bad=0
    while read -r word; do
        [ ${#word} -gt 3 ] || continue
        if files | xargs -0 grep -nIF -- "$word"; then
            echo "the tree names '$word', which is this machine's own"
            bad=1
        fi
    done < <(
        printf '%s/\n' "$PWD"
        case $HOME in /root | /) ;; *) printf '%s/\n' "$HOME" ;; esac
        package_hosts
    )
    # The well-known ones too, written so that this line doesn't match.
    if files | xargs -0 grep -nIE 'pypi\.[o]rg|pythonhosted\.[o]rg|npmjs\.[o]rg|crates\.[i]o|deb\.debian\.[o]rg'; then
        echo "the tree names a package registry's host: pip's, npm's and apt's own configuration says where"
        bad=1
    fi
    return "$bad"
}

# What scripts/generate.sh writes is what is committed.
generated_is_fresh() {
    [ -d proto ] || return 0
    scripts/generate.sh --check
}

# The python3 here that has PyYAML: a pyenv's may not see Debian's.
python_with_yaml() {
    local python
    for python in python3 /usr/bin/python3; do
        if "$python" -c 'import yaml' 2>/dev/null; then
            printf '%s\n' "$python"
            return
        fi
    done
    echo "no python3 here has PyYAML: run 'sudo apt-get install python3-yaml'" >&2
    return 1
}

# Each rule of each role has its reason in docs/security-rbac.md.
rights_have_reasons() {
    local python
    python=$(python_with_yaml) && "$python" scripts/rbac.py
}

chart() {
    local version
    version=$(sed -n 's/.*static let current = "\(.*\)"/\1/p' Sources/palana/PlatformVersion.swift)
    if [ "$(grep -cxE "(appVersion|version): $version" deploy/chart/Chart.yaml)" != 2 ]; then
        echo "deploy/chart/Chart.yaml must have version and appVersion $version, as PlatformVersion has"
        return 1
    fi
    if ! command -v helm >/dev/null && [ "$(uname -m)" != x86_64 ]; then
        echo "no helm here: the chart is not looked at"
        return
    fi
    helm lint --strict --quiet deploy/chart && scripts/manifests.sh --check
}

check "swift format" swift_format
check "shellcheck" shell_scripts
check "python parses" python_files
check "opa fmt" opa_fmt
check "opa check --strict" opa check --strict policies
check "opa test" opa test policies
check "each right has its reason" rights_have_reasons
check "the chart, and the manifests rendered from it" chart
check "files of at most 500 lines" short_files
check "nothing of this machine in the tree" no_machine_names
check "generated files are fresh" generated_is_fresh
exit $failed
