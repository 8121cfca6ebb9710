#!/usr/bin/env bash
# Shows that the test cluster is one: names, Services, volumes, logs, exec, and the images that it is to run.
# shellcheck source=Tests/EndToEnd/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
namespace=e2e-cluster
trap 'kubectl delete namespace $namespace --ignore-not-found --wait=false >/dev/null 2>&1 || true' EXIT
k() { kubectl --namespace $namespace "$@"; }
in_pod() { k exec "$1" -- /usr/bin/python3 -c "$2"; }

kubectl create namespace $namespace >/dev/null
k apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 64Mi}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: each}
spec:
  clusterIP: None
  selector: {app: web}
  ports: [{port: 8080}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: each
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 0
      securityContext: {runAsNonRoot: true, runAsUser: 65532, fsGroup: 65532, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: probe
        image: palana.dev/test/probe:1
        imagePullPolicy: Never
        securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
        volumeMounts: [{name: data, mountPath: /data}]
        readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
      volumes:
      - name: data
        persistentVolumeClaim: {claimName: data}
YAML
expect "a restricted pod with a volume runs" k rollout status statefulset/web --timeout=60s
resolve='import socket, sys; print(socket.gethostbyname("%s"))'
# shellcheck disable=SC2059 # the script is the format
look_up() { in_pod web-0 "$(printf "$resolve" "$1")"; }
equal "the cluster's DNS knows a Service" "$(k get service web -o 'jsonpath={.spec.clusterIP}')" look_up web
equal "and a pod of a headless one" "$(k get pod web-0 -o 'jsonpath={.status.podIP}')" look_up web-0.each
equal "and names outside" 11.0.0.1 look_up anything.e2e.test
refuse "and doesn't know what isn't there" 'not known|No address' look_up nobody.$namespace.svc.cluster.local
equal "a pod reaches its Service's port" yes in_pod web-0 'import socket; socket.create_connection(("web", 80), 5); print("yes")'
equal "a pod's user writes to its volume" yes in_pod web-0 'open("/data/kept", "w").write("kept"); print("yes")'
k delete pod web-0 --wait=true >/dev/null
expect "a deleted pod comes back" eventually 60 in_pod web-0 pass
equal "and finds what it wrote" kept in_pod web-0 'print(open("/data/kept").read())'
volume=$(k get pvc data -o 'jsonpath={.spec.volumeName}')
k delete statefulset web --wait=true >/dev/null
k delete pvc data --wait=true >/dev/null
gone() { ! kubectl get persistentvolume "$volume" && [ ! -e "/var/lib/volumes/$volume" ]; }
expect "a deleted claim's volume goes away" eventually 30 gone
