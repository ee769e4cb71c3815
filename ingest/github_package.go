package ingest

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// gitHubPackage is what GitHub tells of a package, as far as it is needed here.
type gitHubPackage struct {
	Name        string    `json:"name"`
	Namespace   string    `json:"namespace"`
	Ecosystem   string    `json:"ecosystem"`
	PackageType string    `json:"package_type"`
	HTMLURL     string    `json:"html_url"`
	UpdatedAt   time.Time `json:"updated_at"`
	Version     struct {
		Version    string    `json:"version"`
		TargetOID  string    `json:"target_oid"`
		CreatedAt  time.Time `json:"created_at"`
		UpdatedAt  time.Time `json:"updated_at"`
		PackageURL string    `json:"package_url"`
		Container  struct {
			Tag struct {
				Name   string `json:"name"`
				Digest string `json:"digest"`
			} `json:"tag"`
			Labels struct {
				AllLabels map[string]any `json:"all_labels"`
			} `json:"labels"`
			Manifest struct {
				Digest string `json:"digest"`
			} `json:"manifest"`
		} `json:"container_metadata"`
	} `json:"package_version"`
}

// readGitHubPackage reads that an image was pushed to GitHub's registry. The same
// push is told as `package` and as `registry_package`.
func readGitHubPackage(event string, body []byte) (*model.Facts, error) {
	var p struct {
		Action          string        `json:"action"`
		Package         gitHubPackage `json:"package"`
		RegistryPackage gitHubPackage `json:"registry_package"`
		Repository      struct {
			FullName string `json:"full_name"`
			HTMLURL  string `json:"html_url"`
		} `json:"repository"`
	}
	if err := beside(model.ForgeGitHub, event, body, &p); err != nil {
		return nil, err
	}
	pkg := p.Package
	if event == "registry_package" {
		pkg = p.RegistryPackage
	}
	if why := pkg.unused(p.Action); why != "" {
		return &model.Facts{Ignored: why}, nil
	}
	f := &model.Facts{Repository: model.Repository{Forge: model.ForgeGitHub}}
	if p.Repository.FullName != "" { // a package may belong to an owner alone
		var err error
		if f, err = factsOf(model.ForgeGitHub, p.Repository.FullName, p.Repository.HTMLURL); err != nil {
			return nil, err
		}
	}
	var err error
	if f.Image, err = pkg.image(); err != nil {
		return nil, err
	}
	return f, nil
}

// unused says why nothing is made of a package; empty if an image is.
func (p *gitHubPackage) unused(action string) string {
	switch {
	case !isContainer(p.PackageType) && !isContainer(p.Ecosystem):
		return fmt.Sprintf("packages of type %q are not used: only containers are", model.CleanText(p.PackageType, 60))
	case action != "published" && action != "updated":
		return fmt.Sprintf("only that an image was published or updated is used, and it was %q", model.CleanText(action, 60))
	case p.Version.Container.Tag.Name == "":
		return "untagged: a part of an image index, or not meant to be known by name"
	case p.fingerprint() == "":
		return "it does not tell the digest of the image"
	}
	return ""
}

// isContainer reports whether a type of packages is that of images, of the present
// registry or of the one before it.
func isContainer(kind string) bool {
	return strings.EqualFold(kind, "container") || strings.EqualFold(kind, "docker")
}

// fingerprint is the digest of the image's manifest or index; empty if none was
// told that is one.
func (p *gitHubPackage) fingerprint() model.Fingerprint {
	v := p.Version
	for _, digest := range []string{v.Container.Tag.Digest, v.Version, v.Container.Manifest.Digest} {
		if f, err := model.ParseFingerprint(digest); err == nil && strings.HasPrefix(digest, "sha256:") {
			return f
		}
	}
	return ""
}

// image is the image that was pushed.
func (p *gitHubPackage) image() (*model.Image, error) {
	image := &model.Image{Name: p.imageName(), Tag: p.Version.Container.Tag.Name, Fingerprint: p.fingerprint(), CommitRef: p.commitRef()}
	if err := checkImage(image); err != nil {
		return nil, err
	}
	created, _ := p.Version.Container.Labels.AllLabels["org.opencontainers.image.created"].(string)
	labelled, err := time.Parse(time.RFC3339, created)
	if err != nil {
		labelled = time.Time{} // whoever built it may write anything there
	}
	for _, at := range []time.Time{p.Version.CreatedAt, labelled, p.Version.UpdatedAt, p.UpdatedAt} {
		if moment := orNil(at); moment != nil { // GitHub sends the year 1 for what it does not know yet
			image.At = *moment
			return image, nil
		}
	}
	return nil, model.Invalid("created_at", "the package does not tell when the image was made")
}

// imageName is the name of the image at its registry, as GitHub writes it or, if
// it does not, at the registry that belongs to the server.
func (p *gitHubPackage) imageName() string {
	name := p.Version.PackageURL
	if _, rest, ok := strings.Cut(name, "://"); ok {
		name = rest
	}
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		name = name[:colon]
	}
	if name == "" {
		name = p.registry() + "/" + p.Namespace + "/" + p.Name
	}
	return strings.ToLower(name)
}

// registry is the host of the registry of the server that the package's page is
// on.
func (p *gitHubPackage) registry() string {
	page, err := url.Parse(p.HTMLURL)
	if err != nil || page.Host == "" || page.Host == "github.com" {
		return "ghcr.io"
	}
	return "containers." + page.Host
}

var hexRef = regexp.MustCompile(`^[0-9a-f]{7,64}$`)

// commitRef is the commit that the image's labels name, or else the one that
// GitHub does; empty if none is named.
func (p *gitHubPackage) commitRef() string {
	label, _ := p.Version.Container.Labels.AllLabels["org.opencontainers.image.revision"].(string)
	if revision := strings.ToLower(label); hexRef.MatchString(revision) {
		return revision
	}
	sha, err := model.ParseCommitSHA(p.Version.TargetOID)
	if err != nil || isNoSHA(string(sha)) {
		return ""
	}
	return string(sha)
}

var (
	imagePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*)+$`)
	tagPattern   = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
)

// checkImage checks the name and the tag of an image, as registries take them.
func checkImage(image *model.Image) error {
	if len(image.Name) > 255 || !imagePattern.MatchString(image.Name) {
		return model.Invalid("name", "%q is not the name of an image with its registry", model.CleanText(image.Name, 100))
	}
	if !tagPattern.MatchString(image.Tag) {
		return model.Invalid("tag", "%q is not the tag of an image", model.CleanText(image.Tag, 100))
	}
	return nil
}
