{{- define "llm-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "llm-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "llm-operator.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "llm-operator.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* Name of a part's objects: (list . "router"). The operator has the bare name. */ -}}
{{- define "llm-operator.part" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- if eq $part "operator" -}}{{ include "llm-operator.fullname" $root }}{{- else -}}{{ include "llm-operator.fullname" $root }}-{{ $part }}{{- end -}}
{{- end -}}

{{- define "llm-operator.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "llm-operator.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "llm-operator.labels" -}}
{{- $root := index . 0 -}}
{{ include "llm-operator.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: llm-operator
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "llm-operator.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- with $root.Values.global.imageRegistry -}}{{ . | trimSuffix "/" }}/{{- end -}}
{{- $image.repository -}}
{{- if $image.digest -}}@{{ $image.digest }}{{- else -}}:{{ default $root.Chart.AppVersion $image.tag }}{{- end -}}
{{- end -}}

{{- define "llm-operator.tokens" -}}
{{- default (printf "%s-tokens" (include "llm-operator.fullname" .)) .Values.tokens.existingSecret -}}
{{- end -}}

{{- define "llm-operator.apiKeys" -}}
{{- default (printf "%s-api-keys" (include "llm-operator.fullname" .)) .Values.router.apiKeys.existingSecret -}}
{{- end -}}

{{- define "llm-operator.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "llm-operator.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- /* Fields of a pod that every part has: (list . "router" .Values.router). */ -}}
{{- define "llm-operator.podCommon" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- $values := index . 2 -}}
serviceAccountName: {{ include "llm-operator.account" (list $root $part) }}
automountServiceAccountToken: true
{{- with $root.Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- $class := $values.priorityClassName }}
{{- if and (not $class) $root.Values.priorityClasses.create }}
{{- $class = ternary (printf "%s-agent" (include "llm-operator.fullname" $root)) (include "llm-operator.fullname" $root) (eq $part "agent") }}
{{- end }}
{{- with $class }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if ne $part "agent" }}
{{- /* Zones by affinity: a second constraint would void the first on nodes that have no label of a zone. */}}
topologySpreadConstraints:
- maxSkew: 1
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "llm-operator.selector" (list $root $part) | nindent 6 }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
    {{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
    - weight: 100
      podAffinityTerm:
        topologyKey: {{ $key }}
        labelSelector:
          matchLabels:
            {{- include "llm-operator.selector" (list $root $part) | nindent 12 }}
    {{- end }}
{{- end }}
{{- end -}}

{{- /* The API versions that the cluster has, back to Kubernetes 1.20. */ -}}
{{- define "llm-operator.pdbVersion" -}}
{{- if semverCompare "<1.21.0-0" .Capabilities.KubeVersion.Version -}}policy/v1beta1{{- else -}}policy/v1{{- end -}}
{{- end -}}

{{- define "llm-operator.hpaVersion" -}}
{{- if semverCompare "<1.23.0-0" .Capabilities.KubeVersion.Version -}}autoscaling/v2beta2{{- else -}}autoscaling/v2{{- end -}}
{{- end -}}

{{- /* Name of a part's service account: (list . "router"). */ -}}
{{- define "llm-operator.account" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- default (include "llm-operator.part" .) (index $root.Values $part).serviceAccount.name -}}
{{- end -}}

{{- define "llm-operator.probes" -}}
livenessProbe:
  httpGet: {path: /healthz, port: {{ . }}}
  periodSeconds: 10
  failureThreshold: 3
readinessProbe:
  httpGet: {path: /readyz, port: {{ . }}}
  periodSeconds: 5
startupProbe:
  httpGet: {path: /healthz, port: {{ . }}}
  periodSeconds: 2
  failureThreshold: 60
{{- end -}}

{{- define "llm-operator.rules" -}}
{{- range . }}
- apiGroups: {{ toJson .apiGroups }}
  resources: {{ toJson .resources }}
  verbs: {{ toJson .verbs }}
{{- end }}
{{- end -}}

{{- /* The proxy for requests to sources, of the parts that make them. */ -}}
{{- define "llm-operator.proxy" -}}
{{- with .Values.sources.proxy -}}
{{- if .existingSecret -}}
- name: LLMOP_SOURCE_PROXY
  valueFrom: {secretKeyRef: {name: {{ .existingSecret }}, key: url}}
{{- else if .url -}}
- {name: LLMOP_SOURCE_PROXY, value: {{ .url | quote }}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Where the folders of nodes are mounted: (list "ollama" FOLDERS). */ -}}
{{- define "llm-operator.cachePaths" -}}
{{- $kind := index . 0 -}}
{{- $paths := list -}}
{{- range $i, $_ := index . 1 -}}
{{- $paths = append $paths (printf "/var/cache/llm-operator/%s-%d" $kind $i) -}}
{{- end -}}
{{- join ":" $paths -}}
{{- end -}}
