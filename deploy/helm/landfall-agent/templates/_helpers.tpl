{{/* The name of everything that is made. */}}
{{- define "landfall-agent.name" -}}
{{- if contains "landfall-agent" .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-landfall-agent" .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "landfall-agent.selector" -}}
app.kubernetes.io/name: landfall-agent
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "landfall-agent.labels" -}}
{{ include "landfall-agent.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "landfall-agent.account" -}}
{{- .Values.serviceAccount.name | default (include "landfall-agent.name" .) -}}
{{- end -}}

{{- define "landfall-agent.secret" -}}
{{- .Values.token.existingSecret | default (include "landfall-agent.name" .) -}}
{{- end -}}

{{/* "true" if an environment does not name its namespaces, so that the agent has to
look at all. It is the same rule as that of the agent. */}}
{{- define "landfall-agent.wide" -}}
{{- range .Values.environments -}}
{{- if or .namespaceLabels (not .namespaces) (regexMatch "[*?\\[\\\\]" (join " " .namespaces)) -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{/* "true" if an environment chooses namespaces by their labels. */}}
{{- define "landfall-agent.namespaceLabels" -}}
{{- range .Values.environments -}}{{- if .namespaceLabels -}}true{{- end -}}{{- end -}}
{{- end -}}

{{/* The agent's configuration file. */}}
{{- define "landfall-agent.config" -}}
environments:
{{- range .Values.environments }}
  - name: {{ .name | quote }}
    kubernetes:
      {{- $keys := dict }}
      {{- with .namespaces }}{{ $_ := set $keys "namespaces" . }}{{ end }}
      {{- with .excludeNamespaces }}{{ $_ := set $keys "exclude-namespaces" . }}{{ end }}
      {{- with .namespaceLabels }}{{ $_ := set $keys "namespace-labels" . }}{{ end }}
      {{- with .labels }}{{ $_ := set $keys "labels" . }}{{ end }}
      {{- with .initContainers }}{{ $_ := set $keys "init-containers" . }}{{ end }}
      {{- with .resolveImages }}{{ $_ := set $keys "resolve-images" . }}{{ end }}
      {{- toYaml $keys | nindent 6 }}
{{- end }}
{{- end -}}

{{/* The port of the Landfall server. */}}
{{- define "landfall-agent.serverPort" -}}
{{- $url := urlParse .Values.host -}}
{{- $port := regexFind ":[0-9]+$" $url.host -}}
{{- if $port -}}
{{- trimPrefix ":" $port -}}
{{- else if eq $url.scheme "https" -}}
443
{{- else -}}
80
{{- end -}}
{{- end -}}
