package cli

import (
	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/agent"
)

func newDockerCmd(app *App, i *inspection) *cobra.Command {
	var opts agent.Docker
	cmd := i.command(app, "docker", "the containers of Docker or Podman",
		"An image is known by the digest that its registry has for it. One that was built here\n"+
			"and never pushed is known by its image id, and marked as such.",
		[]string{"docker staging", "docker staging --label app --exclude-name 'test-*'", "docker staging --docker-host unix:///run/podman/podman.sock"},
		func(name string) agent.Environment { return agent.Environment{Name: name, Docker: &opts} })
	stringFlag(cmd, &opts.Host, "docker-host", "`address` of the service, as in unix:///run/podman/podman.sock (default DOCKER_HOST, or Docker's own)")
	stringsFlag(cmd, &opts.Names, "name", "only containers whose name fits this `pattern`")
	stringsFlag(cmd, &opts.ExcludeNames, "exclude-name", "no containers whose name fits this `pattern`")
	stringsFlag(cmd, &opts.Labels, "label", "only containers with this label, `key or key=value`; all that are given")
	resolveFlag(cmd, &opts.ResolveIndex)
	return cmd
}

func newKubernetesCmd(app *App, i *inspection) *cobra.Command {
	var opts agent.Kubernetes
	cmd := i.command(app, "kubernetes", "the pods of a Kubernetes cluster",
		"In a pod, the agent uses the pod's service account; elsewhere the kubeconfig. It needs\n"+
			"to list and watch pods: in the namespaces that are named, or in the whole cluster if\n"+
			"none is, or if patterns or labels choose them.",
		[]string{"kubernetes prod --namespace shop", "kubernetes prod --namespace 'team-*' --exclude-namespace team-test", "kubernetes prod --labels app.kubernetes.io/part-of=shop"},
		func(name string) agent.Environment { return agent.Environment{Name: name, Kubernetes: &opts} })
	cmd.Aliases = []string{"k8s"}
	cmd.Flags().StringVar(&opts.Kubeconfig, "kubeconfig", "", "`file` with the cluster's address and credentials (default KUBECONFIG, or ~/.kube/config)")
	stringFlag(cmd, &opts.Context, "context", "`name` of the context in the kubeconfig (default its current one)")
	stringsFlag(cmd, &opts.Namespaces, "namespace", "only pods in this namespace: `name or pattern`")
	stringsFlag(cmd, &opts.ExcludeNamespaces, "exclude-namespace", "no pods in this namespace: `name or pattern`")
	stringFlag(cmd, &opts.NamespaceLabels, "namespace-labels", "only pods in namespaces that this `selector` fits; needs to list and watch namespaces")
	stringFlag(cmd, &opts.Labels, "labels", "only pods that this `selector` fits, as in app=web")
	cmd.Flags().BoolVar(&opts.InitContainers, "init-containers", false, "also init containers, while they run")
	resolveFlag(cmd, &opts.ResolveIndex)
	return cmd
}
