# shellcheck shell=bash
# The node's network: one cable to another namespace, `outside`, that stands for the Internet and has no way on.

make_network() {
    local setting
    ip link set lo up
    ip netns add outside
    ip link add node0 type veth peer name out0 netns outside
    ip address add "$NODE_ADDRESS/24" dev node0
    ip link set node0 up
    ip -n outside link set lo up
    ip -n outside address add "$OUTSIDE_GATEWAY/24" dev out0
    ip -n outside address add "$OUTSIDE_ADDRESS/24" dev out0
    ip -n outside address add "$OUTSIDE_DNS/32" dev out0
    # A server there shows that agents are kept from it by more than its absence.
    ip -n outside address add "$METADATA_ADDRESS/32" dev out0
    ip -n outside link set out0 up
    ip route add default via "$OUTSIDE_GATEWAY" dev node0 src "$NODE_ADDRESS"
    # Pods are not hidden behind the node: tests see there who came.
    ip -n outside route add "$POD_RANGE" via "$NODE_ADDRESS"
    for setting in net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1; do
        set_kernel "$setting"
    done
}

# set_kernel NAME=VALUE: policies and Services need bridged packets to pass netfilter; the module may have to be loaded.
set_kernel() {
    sysctl -q -w "$1" 2>/dev/null && return
    modprobe br_netfilter 2>/dev/null || true
    sysctl -q -w "$1" || {
        step "this kernel does not let us set ${1%=*}: load its module br_netfilter (modprobe br_netfilter)"
        exit 1
    }
}
