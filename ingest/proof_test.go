package ingest

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"
	"strings"
	"testing"
)

// headers are the headers of a request, by names and values in turn.
func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func hexMAC(algorithm func() hash.Hash, secret string, body []byte) string {
	mac := hmac.New(algorithm, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// A signature proves a body if it was made of all of it with the secret, and no
// other way.
func TestProof_Signatures(t *testing.T) {
	t.Parallel()
	const secret = "correct horse battery staple"
	body := []byte(`{"ref":"refs/heads/main"}`)
	mac := hexMAC(sha256.New, secret, body)
	for name, tt := range map[string]struct {
		from           sender
		header, prefix string
	}{
		"GitHub":    {gitHub, "X-Hub-Signature-256", "sha256="},
		"Gitea":     {giteaForge, "X-Gitea-Signature", ""},
		"Forgejo":   {giteaForge, "X-Forgejo-Signature", ""},
		"Bitbucket": {bitbucketCloud, "X-Hub-Signature", "sha256="},
	} {
		for sent, want := range map[string]bool{
			tt.prefix + mac:                                  true,
			tt.prefix + strings.ToUpper(mac):                 true, // digits are digits
			tt.prefix + hexMAC(sha256.New, "wrong", body):    false,
			tt.prefix + hexMAC(sha256.New, "", body):         false,
			tt.prefix + hexMAC(sha256.New, secret, body[1:]): false,
			"sha1=" + hexMAC(sha1.New, secret, body):         false,
			"SHA256=" + mac:                                  false,
			"sha512=" + mac:                                  false,
			"sha256=sha256=" + mac:                           false,
			tt.prefix + mac[:62]:                             false,
			tt.prefix + mac[:63]:                             false,
			tt.prefix + mac + "00":                           false,
			tt.prefix + " " + mac:                            false,
			tt.prefix:                                        false,
			"a":                                              false,
			"":                                               false,
			tt.prefix + secret:                               false,
			tt.prefix + strings.Repeat("z", 64):              false,
		} {
			proof := tt.from.proof(&http.Request{Header: headers(tt.header, sent)})
			if proof != sent {
				t.Errorf("%s: the proof is %q, want %q", name, proof, sent)
			}
			if got := tt.from.fits(proof, body, secret); got != want {
				t.Errorf("%s: %q: got %v, want %v", name, sent, got, want)
			}
		}
		if tt.from.fits(tt.prefix+hexMAC(sha256.New, "", body), body, "") {
			t.Errorf("%s: no secret was proven", name)
		}
		wrong := "sha256="
		if tt.prefix == wrong {
			wrong = ""
		}
		if tt.from.fits(wrong+mac, body, secret) {
			t.Errorf("%s: %q was taken for the prefix %q", name, wrong, tt.prefix)
		}
	}
}

// A secret that is sent itself proves the sender if it is the secret to the last
// character.
func TestProof_Secrets(t *testing.T) {
	t.Parallel()
	const secret = "correct horse battery staple"
	for name, tt := range map[string]struct {
		from    sender
		request func(sent string) *http.Request
	}{
		"GitLab": {gitLab, func(sent string) *http.Request { return &http.Request{Header: headers("X-Gitlab-Token", sent)} }},
		"DockerHub": {dockerHub, func(sent string) *http.Request {
			r := new(http.Request)
			r.SetPathValue("secret", sent)
			return r
		}},
	} {
		for sent, want := range map[string]bool{
			secret: true, "": false, "c": false, secret[1:]: false, secret + " ": false, " " + secret: false, strings.ToUpper(secret): false, "wrong": false,
		} {
			proof := tt.from.proof(tt.request(sent))
			if proof != sent {
				t.Errorf("%s: the proof is %q, want %q", name, proof, sent)
			}
			if got := tt.from.fits(proof, nil, secret); got != want {
				t.Errorf("%s: %q: got %v, want %v", name, sent, got, want)
			}
			if tt.from.fits(proof, nil, "") {
				t.Errorf("%s: %q fits no secret", name, sent)
			}
		}
	}
}

// Every forge has a sender, which is one of that forge, and no proof is made of
// nothing.
func TestProof_NothingSent(t *testing.T) {
	t.Parallel()
	for forge, from := range senders {
		if proof := from.proof(&http.Request{Header: http.Header{}}); proof != "" || from.forge != forge {
			t.Errorf("%s: the proof of %s is %q", forge, from.forge, proof)
		}
	}
	if len(senders) != len(forgeSlugs()) {
		t.Errorf("there are %d senders", len(senders))
	}
}
