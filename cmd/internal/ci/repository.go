package ci

import (
	"net/url"
	"strings"

	"github.com/landfall-dev/landfall/cmd/internal/lazy"
)

// scpLike is how git writes addresses for ssh: git@github.com:acme/hello.git.
var scpLike = lazy.Regexp(`^(?:[^@/:\s]+@)?([^/:\s]+):(?:/*)([^:\s]+)$`)

// RepositoryOf is the name with its owner of the repository that a URL of git or
// of a page leads to: acme/hello. It is empty if the URL names none, as that of a
// directory does not.
func RepositoryOf(remote string) string {
	host, path := split(strings.TrimSpace(remote))
	path = strings.TrimSuffix(strings.Trim(path, "/"), ".git")
	switch {
	case strings.HasSuffix(host, "visualstudio.com"), host == "dev.azure.com", host == "ssh.dev.azure.com":
		return azureRepository(host, path)
	case host == "" || !strings.Contains(path, "/") || strings.Contains(path, ".."):
		return ""
	}
	return path
}

// split divides a URL into host and path, without what signs in.
func split(remote string) (host, path string) {
	if u, err := url.Parse(remote); err == nil && u.Host != "" {
		switch u.Scheme {
		case "http", "https", "ssh", "git", "git+ssh":
			return u.Hostname(), u.Path
		}
		return "", ""
	}
	if strings.Contains(remote, "://") {
		return "", ""
	}
	if m := scpLike().FindStringSubmatch(remote); m != nil && len(m[1]) > 1 { // C:\… is a drive
		return m[1], m[2]
	}
	return "", ""
}

// azureRepository is project/repository, as in organization/project/_git/repository
// and v3/organization/project/repository.
func azureRepository(host, path string) string {
	parts := strings.Split(path, "/")
	if i := len(parts) - 2; i >= 0 && parts[i] == "_git" {
		if i == 0 || i == 1 && host == "dev.azure.com" { // the repository has the name of its project
			return parts[i+1] + "/" + parts[i+1]
		}
		return parts[i-1] + "/" + parts[i+1]
	}
	if len(parts) == 4 && parts[0] == "v3" {
		return parts[2] + "/" + parts[3]
	}
	return ""
}
