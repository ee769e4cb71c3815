// Package kubernetes looks at the pods of Kubernetes clusters.
//
// It lists pods once and then watches them, so that the API server is asked for
// little and a change is known at once. Of each pod only what a report says of it
// is kept, and it is taken out of the pod as soon as that is decoded: a cluster of
// thousands of pods fits into a few megabytes.
//
// The rights it needs are to list and watch pods, and nothing else: in each
// namespace if an environment names its namespaces, or in the whole cluster if it
// chooses them by patterns or leaves them open. To choose namespaces by their
// labels it has to list and watch namespaces too.
package kubernetes

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/landfall-dev/landfall/agent"
)

// New returns a source for each configuration, in their order. Those that look at
// the same cluster share a client, and those that look at the same pods share what
// is known of them. Nothing is asked of a cluster before the first Look, Watch or
// Check.
//
// Images are asked for what images were built as where a configuration wants it;
// they may be nil. An error says which configuration cannot be used, and why.
func New(cfgs []agent.Kubernetes, images agent.ImageResolver, log *slog.Logger) ([]*Source, error) {
	return newSources(cfgs, images, log, connect)
}

func newSources(cfgs []agent.Kubernetes, images agent.ImageResolver, log *slog.Logger, connect func(agent.Kubernetes) (api, error)) ([]*Source, error) {
	clusters := make(map[[2]string]*cluster)
	sources := make([]*Source, len(cfgs))
	for i := range cfgs {
		cfg := &cfgs[i]
		sc, err := newScope(cfg)
		if err != nil {
			return nil, err
		}
		at := [2]string{cfg.Kubeconfig, cfg.Context}
		if clusters[at] == nil {
			server, err := connect(*cfg)
			if err != nil {
				return nil, err
			}
			clusters[at] = newCluster(server, log)
		}
		sources[i] = &Source{cluster: clusters[at], scope: sc}
		if cfg.ResolveIndex {
			sources[i].images = images
		}
	}
	shareWide(sources)
	return sources, nil
}

// shareWide lets sources that name namespaces take their pods from a feed of all
// namespaces, where another source of the same cluster needs one anyhow.
func shareWide(sources []*Source) {
	for _, s := range sources {
		wide := func(o *Source) bool {
			return o.cluster == s.cluster && o.scope.labels == s.scope.labels && o.scope.named == nil
		}
		s.wide = slices.ContainsFunc(sources, wide)
	}
}

// scope is the part of a cluster that an environment is.
type scope struct {
	include         []string
	exclude         []string
	named           []string // the namespaces, if they are named; nil if one has to look at all
	namespaceLabels string   // a selector in its normal form
	labels          string   // likewise
	initContainers  bool
}

func newScope(cfg *agent.Kubernetes) (scope, error) {
	for _, patterns := range [][]string{cfg.Namespaces, cfg.ExcludeNamespaces} {
		if err := agent.Patterns(patterns).Validate(); err != nil {
			return scope{}, fmt.Errorf("namespaces: %w", err)
		}
	}
	podLabels, err := selector("labels", cfg.Labels)
	if err != nil {
		return scope{}, err
	}
	namespaceLabels, err := selector("namespace-labels", cfg.NamespaceLabels)
	if err != nil {
		return scope{}, err
	}
	sc := scope{
		include: cfg.Namespaces, exclude: cfg.ExcludeNamespaces,
		namespaceLabels: namespaceLabels, labels: podLabels, initContainers: cfg.InitContainers,
	}
	if len(cfg.Namespaces) == 0 || namespaceLabels != "" || slices.ContainsFunc(cfg.Namespaces, isPattern) {
		return sc, nil
	}
	sc.named = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(cfg.Namespaces))), func(name string) bool {
		return !sc.chooses(name)
	})
	if len(sc.named) == 0 {
		return scope{}, fmt.Errorf("namespaces: %s are all left out again by exclude-namespaces", strings.Join(cfg.Namespaces, ", "))
	}
	return sc, nil
}

func (sc *scope) chooses(namespace string) bool {
	return agent.Chooses(sc.include, sc.exclude, namespace)
}

func isPattern(name string) bool {
	return strings.ContainsAny(name, `*?[\`)
}

func selector(key, text string) (string, error) {
	parsed, err := labels.Parse(text)
	if err != nil {
		return "", fmt.Errorf("%s: %q is no selector: write it as in app=web,tier!=cache: %w", key, text, err)
	}
	return parsed.String(), nil
}
