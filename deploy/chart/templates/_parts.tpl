{{/* Pieces that several objects have. */}}

{{- define "palana.labels" -}}
app.kubernetes.io/name: palana
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
{{- end }}

{{- define "palana.selector" -}}
app.kubernetes.io/name: palana
app.kubernetes.io/component: {{ . }}
{{- end }}

{{- define "palana.image" -}}
{{- $name := .image.repository -}}
{{- with .root.Values.images.registry }}{{ $name = printf "%s/%s" (trimSuffix "/" .) $name }}{{ end -}}
{{- if .image.digest }}{{ $name }}@{{ .image.digest }}{{ else }}{{ $name }}:{{ .image.tag | default .root.Chart.AppVersion }}{{ end -}}
{{- end }}

{{/* All containers of a pod run as one user: those of the gateway meet in sockets that admit no other. */}}
{{- define "palana.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "palana.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "palana.scheduling" -}}
{{- with .place.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .place.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .place.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "palana.selector" .component | nindent 12 }}
topologySpreadConstraints:
- maxSkew: 1
  topologyKey: topology.kubernetes.io/zone
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "palana.selector" .component | nindent 6 }}
{{- end }}

{{/* The account's token for the API server, for the one container that talks to it. */}}
{{- define "palana.volumes" -}}
- name: kubernetes
  projected:
    defaultMode: 0440
    sources:
    - serviceAccountToken: {path: token, expirationSeconds: 3600}
    - configMap:
        name: kube-root-ca.crt
        items: [{key: ca.crt, path: ca.crt}]
    - downwardAPI:
        items:
        - path: namespace
          fieldRef: {fieldPath: metadata.namespace}
- name: vault
  projected:
    defaultMode: 0440
    sources:
    - serviceAccountToken: {path: token, audience: vault, expirationSeconds: 3600}
- name: vault-ca
  configMap:
    name: {{ .Values.vault.caConfigMap | default "palana-vault-ca" }}
    optional: {{ empty .Values.vault.caConfigMap }}
- name: tmp
  emptyDir: {sizeLimit: 256Mi}
{{- end }}

{{- define "palana.mounts" -}}
- {name: kubernetes, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}
- {name: vault, mountPath: /var/run/secrets/palana.dev/vault, readOnly: true}
- {name: vault-ca, mountPath: /etc/palana/vault, readOnly: true}
- {name: tmp, mountPath: /tmp}
{{- end }}

{{- define "palana.environment" -}}
env:
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
envFrom:
- configMapRef: {name: palana-settings}
{{- end }}

{{- define "palana.probes" -}}
startupProbe:
  httpGet: {path: /healthz, port: health}
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /healthz, port: health}
  periodSeconds: 10
  failureThreshold: 3
  timeoutSeconds: 3
readinessProbe:
  httpGet: {path: /readyz, port: health}
  periodSeconds: 2
  failureThreshold: 2
  timeoutSeconds: 2
{{- end }}

{{- define "palana.settings" -}}
VAULT_ADDR: {{ .Values.vault.address | quote }}
VAULT_KUBERNETES_MOUNT: {{ .Values.vault.authMount | quote }}
{{- with .Values.vault.namespace }}
VAULT_NAMESPACE: {{ . | quote }}
{{- end }}
{{- if .Values.vault.caConfigMap }}
VAULT_CACERT: /etc/palana/vault/ca.crt
{{- else if .Values.plain }}
# With a ConfigMap palana-vault-ca whose ca.crt is the authority of the vault's certificate:
# VAULT_CACERT: /etc/palana/vault/ca.crt
{{- end }}
{{- end }}

{{/* Shipping audit records, for gateway and API. */}}
{{- define "palana.shippingArguments" -}}
{{- with .Values.audit.otlp }}
{{- if .endpoint -}}
- {{ printf "--audit-otlp=%s" .endpoint | quote }}
{{- if .headersSecret }}
- --audit-otlp-headers=/etc/palana/audit-headers/headers
{{- end }}
{{- if .caConfigMap }}
- --audit-otlp-ca=/etc/palana/audit-ca/ca.crt
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "palana.shippingMounts" -}}
{{- with .Values.audit.otlp }}
{{- if .headersSecret }}
- {name: audit-headers, mountPath: /etc/palana/audit-headers, readOnly: true}
{{- end }}
{{- if .caConfigMap }}
- {name: audit-ca, mountPath: /etc/palana/audit-ca, readOnly: true}
{{- end }}
{{- end }}
{{- end }}

{{- define "palana.shippingVolumes" -}}
{{- with .Values.audit.otlp }}
{{- with .headersSecret }}
- name: audit-headers
  secret: {secretName: {{ . }}, defaultMode: 0440}
{{- end }}
{{- with .caConfigMap }}
- name: audit-ca
  configMap: {name: {{ . }}}
{{- end }}
{{- end }}
{{- end }}

{{- define "palana.shippingEgress" -}}
{{- with .Values.audit.otlp.endpoint -}}
# The receiver of audit records
- ports:
  - {protocol: TCP, port: {{ regexFind ":[0-9]+$" (urlParse .).host | trimPrefix ":" | default (ternary 443 80 (hasPrefix "https:" .)) }}}
  {{- with $.Values.networkPolicies.auditReceiver.to }}
  to:
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Rules of a NetworkPolicy's egress that all parts need: names, the API server, the vault. */}}
{{- define "palana.commonEgress" -}}
{{- $policies := .Values.networkPolicies -}}
# Names
- ports:
  {{- range $policies.dns.ports }}
  - {protocol: UDP, port: {{ . }}}
  - {protocol: TCP, port: {{ . }}}
  {{- end }}
# The API server
- ports:
  {{- range $policies.apiServer.ports }}
  - {protocol: TCP, port: {{ . }}}
  {{- end }}
  {{- with $policies.apiServer.cidrs }}
  to:
  {{- range . }}
  - ipBlock: {cidr: {{ . | quote }}}
  {{- end }}
  {{- end }}
# The vault
- ports:
  {{- range $policies.vault.ports }}
  - {protocol: TCP, port: {{ . }}}
  {{- end }}
  {{- with $policies.vault.to }}
  to:
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* Agents' DNS is on ports above their own: the kernel must not hand those out for connections of the pod's own. */}}
{{- define "palana.localPorts" -}}
{{- $last := splitList "-" .Values.egressPorts | last | int -}}
{{- if lt $last 50000 }}{{ add $last 10001 }} 65535{{ end -}}
{{- end }}

{{/* Servers before 1.21 have it in a beta only. */}}
{{- define "palana.budgets" -}}
{{- if or .Values.plain (.Capabilities.APIVersions.Has "policy/v1") }}policy/v1{{ else }}policy/v1beta1{{ end -}}
{{- end }}
