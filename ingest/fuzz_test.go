package ingest_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/model"
)

// inBounds fails the test unless a time is one that is kept: in UTC, of the years
// 1970 to 9999.
func inBounds(t *testing.T, what string, at time.Time) {
	t.Helper()
	if at.Location() != time.UTC || at.Year() < 1970 || at.Year() > 9999 {
		t.Errorf("%s is %s", what, at)
	}
}

// text fails the test unless s is text of so many characters.
func text(t *testing.T, what, s string, least, most int) {
	t.Helper()
	if err := model.ValidateText(what, s, least, most); err != nil {
		t.Errorf("%q was let in: %v", s, err)
	}
}

func FuzzParseReport(f *testing.F) {
	for kind, bodies := range map[model.EnvironmentType][]string{
		model.EnvironmentECS: {
			reportOf(), reportOf(item("runner:16d9990"), item("runner:16d9990")), observed(5, item("runner:16d9990")),
			`{"artifacts":[{"digests":{"x":""},"creationTimestamp":1661158757.123457,"taskArn":"arn"}],"observedAt":null}`,
			`null`, `{}`, `{"artifacts":null}`, `{"artifacts":[null]}`, `{"artifacts":[{"digests":{},"creationTimestamp":253402300799.9999}]}`,
		},
		model.EnvironmentK8S:    {`{"artifacts":[{"digests":{"x":""},"podName":"p","namespace":"n","owners":null}]}`},
		model.EnvironmentServer: {`{"artifacts":[{"digests":{"/usr/bin/x":"` + fingerprint("x") + `","/usr/bin/y":"` + fingerprint("x") + `"},"creationTimestamp":-1}]}`},
	} {
		for _, body := range bodies {
			f.Add(string(kind), []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		r, err := ingest.ParseReport(model.EnvironmentType(kind), body)
		if err != nil {
			if model.KindOf(err) != model.KindInvalid || !strings.HasPrefix(err.Error(), "Input payload validation failed") {
				t.Errorf("got %v", err)
			}
			return
		}
		if !bytes.Equal(r.Body, body) || r.Type != model.EnvironmentType(kind) {
			t.Errorf("it is of %q, and its body is %q", r.Type, r.Body)
		}
		if r.ObservedAt != nil {
			inBounds(t, "observedAt", r.ObservedAt.UTC())
		}
		for i, instance := range r.Instances {
			inBounds(t, "startedAt", instance.StartedAt)
			if instance.Digests == nil || instance.StartedAt.Nanosecond()%1000 != 0 {
				t.Errorf("instance %d is %+v", i, instance)
			}
		}
		running, err := r.Running()
		if err != nil {
			if k := model.KindOf(err); k != model.KindInvalid && k != model.KindTooLarge {
				t.Errorf("got %v", err)
			}
			return
		}
		for _, run := range running {
			text(t, "name", run.Name, 1, 500)
			if n := len(run.Fingerprint); n != 32 && (n != 0 || !r.Type.MayHideDigests()) {
				t.Errorf("%s has a fingerprint of %d bytes", run.Name, n)
			}
			if len(run.Starts) < 1 || len(run.Starts) > len(r.Instances) {
				t.Errorf("%s runs %d times in %d instances", run.Name, len(run.Starts), len(r.Instances))
			}
		}
	})
}
