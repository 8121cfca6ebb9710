# shellcheck shell=bash
# The configuration files of containerd, the bridge plug-in and kubelet.

make_files() {
    mkdir -p "$CLUSTER/cni"
    # overlayfs can't lie on top of itself, as it would in a container.
    case $(stat -f -c %T "$CLUSTER") in
    overlayfs) echo native ;;
    *) echo overlayfs ;;
    esac >"$CLUSTER/snapshotter"
    containerd_file >"$CLUSTER/containerd.toml"
    network_file >"$CLUSTER/cni/10-bridge.conflist"
    kubelet_file >"$CLUSTER/kubelet.yaml"
}

# restrict_oom_score_adj: a machine in a container of its own may not lower anybody's score, and runc would fail.
containerd_file() {
    cat <<TOML
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"

[grpc]
address = "/run/containerd/containerd.sock"

[plugins."io.containerd.grpc.v1.cri"]
restrict_oom_score_adj = true
sandbox_image = "palana.dev/test/pause:1"

[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "$NODE/cni"
conf_dir = "$CLUSTER/cni"

[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "$(cat "$CLUSTER/snapshotter")"
default_runtime_name = "runc"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = false
TOML
}

network_file() {
    cat <<JSON
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "/run/cni", "ranges": [[{"subnet": "$POD_RANGE"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
JSON
}

# volumePluginDir: the usual one is outside of what is ours.
kubelet_file() {
    cat <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $NODE_ADDRESS
healthzBindAddress: 127.0.0.1
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $CLUSTER/pki/ca.crt}
authorization: {mode: Webhook}
tlsCertFile: $CLUSTER/pki/kubelet-server.crt
tlsPrivateKeyFile: $CLUSTER/pki/kubelet-server.key
cgroupDriver: cgroupfs
cgroupRoot: /$(control_group)
clusterDNS: [$DNS_SERVICE]
clusterDomain: cluster.local
resolvConf: $CLUSTER/etc/resolv-outside.conf
volumePluginDir: /var/lib/kubelet/volume-plugins
failSwapOn: false
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
YAML
}
