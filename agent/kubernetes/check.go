package kubernetes

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/landfall-dev/landfall/agent"
)

// Check tries to reach the API server, and to list and watch what the source needs,
// in each namespace that is named. It starts nothing that stays.
func (s *Source) Check(ctx context.Context) []agent.Finding {
	findings := []agent.Finding{s.checkServer(ctx)}
	if findings[0].Level != agent.LevelOK {
		return findings
	}
	topics, labels := s.topics()
	if labels != nil {
		topics = append(topics, *labels)
	}
	for _, t := range topics {
		lw := &listWatch{api: s.cluster.api, topic: t}
		list := lw.checkList(ctx)
		findings = append(findings, list)
		if list.Level != agent.LevelProblem {
			findings = append(findings, lw.checkWatch(ctx))
		}
	}
	return findings
}

func (s *Source) checkServer(ctx context.Context) agent.Finding {
	ctx, cancel := context.WithTimeout(ctx, contactTimeout)
	defer cancel()
	f := agent.Finding{What: "reach the API server " + s.cluster.api.host()}
	version, err := s.cluster.api.version(ctx)
	switch {
	case apierrors.IsUnauthorized(err):
		f.Level, f.Detail = agent.LevelProblem, err.Error()
		f.Mend = "renew the token or certificate in the kubeconfig; in a cluster, see that the pod has the token of its service account (automountServiceAccountToken)"
	case err != nil:
		f.Level, f.Detail = agent.LevelProblem, err.Error()
		f.Mend = "see that the address in the kubeconfig is right, and that firewalls and network policies let the agent reach it"
	case version == "":
		f.Detail = "it answers"
	default:
		f.Detail = "Kubernetes " + version
	}
	return f
}

func (lw *listWatch) checkList(ctx context.Context) agent.Finding {
	f := agent.Finding{What: fmt.Sprintf("list %s", lw.topic)}
	page, err := lw.api.list(ctx, lw.topic.resource, lw.topic.namespace, lw.options(metav1.ListOptions{Limit: 1}))
	switch {
	case err != nil:
		f.Level, f.Detail, f.Mend = agent.LevelProblem, err.Error(), lw.topic.mend(err)
	case meta.LenList(page) > 0:
		f.Detail = "allowed"
	default:
		f.Level, f.Detail = agent.LevelWarning, "allowed, but there are none"
		f.Mend = "see that namespaces and labels are written as they are in the cluster"
	}
	return f
}

func (lw *listWatch) checkWatch(ctx context.Context) agent.Finding {
	f := agent.Finding{What: fmt.Sprintf("watch %s", lw.topic), Detail: "allowed"}
	ctx, cancel := context.WithTimeout(ctx, contactTimeout)
	defer cancel()
	opened, err := lw.api.watch(ctx, lw.topic.resource, lw.topic.namespace, lw.options(metav1.ListOptions{}))
	if err != nil {
		f.Level, f.Detail, f.Mend = agent.LevelProblem, err.Error(), lw.topic.mend(err)
		return f
	}
	opened.Stop()
	return f
}

// mend says what to do about an error of a topic.
func (t topic) mend(err error) string {
	if !apierrors.IsForbidden(err) {
		return "see what the API server says of it"
	}
	role, where := "ClusterRole", ""
	if t.namespace != "" {
		role, where = "Role", " in namespace "+t.namespace
	}
	return fmt.Sprintf(`give the agent's account a %s%s with apiGroups [""], resources [%s], verbs [list, watch]; the chart landfall-agent makes it of the environments in its values: helm upgrade`,
		role, where, t.resource)
}
