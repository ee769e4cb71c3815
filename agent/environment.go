package agent

// Environment is an environment that an agent reports, and where to look for what
// runs in it: exactly one of the pointers is set. The tags are the keys of the
// agent's configuration file.
type Environment struct {
	Name       string      `yaml:"name"`
	Docker     *Docker     `yaml:"docker"`
	Kubernetes *Kubernetes `yaml:"kubernetes"`
	ECS        *ECS        `yaml:"ecs"`
	Lambda     *Lambda     `yaml:"lambda"`
	S3         *S3         `yaml:"s3"`
	Server     *Server     `yaml:"server"`
	Path       *Path       `yaml:"path"`
}

// Docker says which containers of a Docker or Podman are an environment. Those that
// fit each of the filters that are given are in it.
type Docker struct {
	Host         string   `yaml:"host"`           // as in unix:///run/podman/podman.sock; empty for DOCKER_HOST or the default
	Names        []string `yaml:"names"`          // patterns of names of containers
	ExcludeNames []string `yaml:"exclude-names"`  // patterns of names to leave out
	Labels       []string `yaml:"labels"`         // key or key=value; a container must have all
	ResolveIndex bool     `yaml:"resolve-images"` // ask registries which index a platform's manifest is of
}

// Kubernetes says which pods of a cluster are an environment.
type Kubernetes struct {
	Kubeconfig        string   `yaml:"kubeconfig"`         // a file; empty for the usual ways, and for the cluster that the agent runs in
	Context           string   `yaml:"context"`            // of the kubeconfig; empty for its current one
	Namespaces        []string `yaml:"namespaces"`         // names or patterns; none stands for all
	ExcludeNamespaces []string `yaml:"exclude-namespaces"` // names or patterns to leave out
	NamespaceLabels   string   `yaml:"namespace-labels"`   // selector of namespaces; needs the right to list and watch them
	Labels            string   `yaml:"labels"`             // selector of pods
	InitContainers    bool     `yaml:"init-containers"`    // also those that run now and end before the others start
	ResolveIndex      bool     `yaml:"resolve-images"`     // ask registries which index a platform's manifest is of
}

// AWS says which accounts and regions to look in.
type AWS struct {
	Profile string   `yaml:"profile"` // of the shared configuration; empty for the usual ways
	Regions []string `yaml:"regions"` // none stands for that of the configuration
	Roles   []string `yaml:"roles"`   // ARNs of roles to assume, one for each account to look in; none stands for the caller's own
}

// ECS says which tasks are an environment.
type ECS struct {
	AWS             `yaml:",inline"`
	Clusters        []string `yaml:"clusters"` // patterns of names; none stands for all
	ExcludeClusters []string `yaml:"exclude-clusters"`
	Services        []string `yaml:"services"` // patterns of names; none stands for all, and for tasks of no service too
	ExcludeServices []string `yaml:"exclude-services"`
	ResolveIndex    bool     `yaml:"resolve-images"` // ask registries which index a platform's manifest is of
}

// Lambda says which functions are an environment.
type Lambda struct {
	AWS              `yaml:",inline"`
	Functions        []string `yaml:"functions"` // patterns of names; none stands for all
	ExcludeFunctions []string `yaml:"exclude-functions"`
}

// S3 says which objects of a bucket are an environment: together they are one
// artifact, named as the bucket, with the fingerprint of a directory of the same files.
type S3 struct {
	AWS      `yaml:",inline"`
	Bucket   string   `yaml:"bucket"`
	Includes []string `yaml:"include"` // keys or patterns as of excludes of directories; none stands for all
	Excludes []string `yaml:"exclude"`
}

// Server says which processes, files and directories of this machine are an
// environment.
type Server struct {
	Processes []string `yaml:"processes"` // patterns of paths or names of programs
	Paths     []Path   `yaml:"paths"`
}

// Path is a file or a directory that is an artifact. A symbolic link is followed:
// what it points to is what runs.
type Path struct {
	Path     string   `yaml:"path"`
	Name     string   `yaml:"name"` // of the artifact; empty for the path
	Excludes []string `yaml:"exclude"`
}

// WireKind is the type of the environment in the protocol of reports; empty if the
// environment says nothing of where to look.
func (e *Environment) WireKind() string {
	switch {
	case e.Docker != nil:
		return "docker"
	case e.Kubernetes != nil:
		return "K8S"
	case e.ECS != nil:
		return "ECS"
	case e.Lambda != nil:
		return "lambda"
	case e.S3 != nil:
		return "S3"
	case e.Server != nil, e.Path != nil:
		return "server"
	default:
		return ""
	}
}
