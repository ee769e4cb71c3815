package db

import "github.com/landfall-dev/landfall/model"

// newestBytes bounds what is remembered of what runs: about 6,000 environments of
// 100 artifacts, or 60 of 10,000.
const newestBytes = 96 << 20

// newestContents remembers what the newest report of each environment said, so that
// the next one need only be told as far as it differs. It may be out of date, since
// there are other servers: whoever uses it lets Postgres compare the hash.
type newestContents struct {
	*byteCache[environmentName, newestContent]
}

// environmentName is a name as it was said: a former one too.
type environmentName struct{ organization, environment string }

type newestContent struct {
	content []byte
	counts  []model.RunningCount
}

func newNewestContents() newestContents {
	return newestContents{newByteCache[environmentName, newestContent](newestBytes)}
}

func (n newestContents) remember(organization, environment string, content []byte, running []model.Running) {
	bytes := len(content) + 100
	for _, r := range running {
		bytes += len(r.Fingerprint) + len(r.Name) + 48 // two strings and a number
	}
	n.keep(environmentName{organization, environment}, newestContent{content, model.CountsOf(running)}, bytes)
}
