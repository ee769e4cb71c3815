package model_test

import (
	"encoding/base32"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/landfall-dev/landfall/model"
)

// The ids of all nodes tell what they are, and differ where the nodes do.
func TestID_OfNodes(t *testing.T) {
	t.Parallel()
	org := &model.Organization{Name: "acme"}
	flow := &model.Flow{Organization: org, Name: "runner"}
	repository := &model.Repository{OrganizationName: "acme", Name: "cyber-dojo/runner"}
	environment := &model.Environment{OrganizationName: "acme", CreatedAs: "aws-prod", Name: "aws-production"}
	f, s := fingerprint("runner"), sha("16d9990")
	for name, tt := range map[string]struct {
		node interface{ ID() model.ID }
		kind string
		key  []string
	}{
		"Organization": {org, "organization", []string{"acme"}},
		"Flow":         {flow, "flow", []string{"acme", "runner"}},
		"Artifact":     {&model.Artifact{Flow: flow, Fingerprint: f}, "artifact", []string{"acme", "runner", string(f)}},
		"Attestation":  {&model.GenericAttestation{Flow: flow, Key: 7}, "attestation", []string{"acme", "7"}},
		"Deployment":   {&model.Deployment{Flow: flow, Number: 18}, "deployment", []string{"acme", "runner", "18"}},
		"Repository":   {repository, "repository", []string{"acme", "cyber-dojo/runner"}},
		"Commit":       {&model.Commit{Repository: repository, SHA: s}, "commit", []string{"acme", "cyber-dojo/runner", string(s)}},
		"Build":        {&model.Build{Repository: repository, System: model.GitHubActions, Run: 2902808452, Attempt: 2}, "build", []string{"acme", "cyber-dojo/runner", "2902808452", "2", "GITHUB_ACTIONS"}},
		"Environment":  {environment, "environment", []string{"acme", "aws-prod"}},
		"Snapshot":     {&model.Snapshot{Environment: environment, Number: 65}, "snapshot", []string{"acme", "aws-prod", "65"}},
		"Token":        {&model.Token{OrganizationName: "acme", Key: 3}, "token", []string{"acme", "3"}},
		"Event":        {&model.EventFacts{OrganizationName: "acme", Key: 9, At: time.Unix(1, 0)}, "event", []string{"acme", "9"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := tt.node.ID()
			if !strings.HasPrefix(string(id), tt.kind+"_") {
				t.Errorf("%s does not say that it is of a %s", id, tt.kind)
			}
			kind, key, err := id.Parse()
			if err != nil || kind != tt.kind {
				t.Fatalf("%s is read as %s, %v", id, kind, err)
			}
			if diff := cmp.Diff(tt.key, key); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestID_RoundTrip(t *testing.T) {
	t.Parallel()
	part := rapid.StringMatching(`[^\x00]{1,20}`)
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.StringMatching(`[a-z]{1,12}`).Draw(t, "kind")
		key := rapid.SliceOfN(part, 1, 4).Draw(t, "key")
		id := model.NewID(kind, key...)
		gotKind, gotKey, err := id.Parse()
		if err != nil || gotKind != kind || !cmp.Equal(gotKey, key) {
			t.Fatalf("%s of %s %q is read as %s %q, %v", id, kind, key, gotKind, gotKey, err)
		}
		var read model.ID
		if err := read.UnmarshalGQL(throughGraphQL(t, id)); err != nil || read != id {
			t.Fatalf("%s came back as %s, %v", id, read, err)
		}
	})
}

func TestID_Parse_Invalid(t *testing.T) {
	t.Parallel()
	encode := func(raw string) string {
		return base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding).EncodeToString([]byte(raw))
	}
	for name, in := range map[string]any{
		"Empty": "", "NoKind": "_" + encode("acme"), "KindOnly": "flow", "NoKey": "flow_", "NotBase32": "flow_0189", "UpperCase": "flow_MFRGG",
		"Padded": "flow_mfrgg===", "NotUTF8": "flow_" + encode("acme\x00\xff\xfe"), "Number": 7, "Null": nil, "Relay": "Rmxvdzox",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var id model.ID
			wantInvalid(t, id.UnmarshalGQL(in), "id")
			if id != "" {
				t.Errorf("got %q beside the error", id)
			}
		})
	}
}

func FuzzParseID(f *testing.F) {
	f.Add(string(model.NewID("flow", "acme", "runner")))
	f.Add(string(model.NewID("artifact", "acme", "runner", strings.Repeat("9a", 32))))
	for _, seed := range []string{"", "_", "flow_", "flow_aaaa", "flow_aa\naa", "a_b_c", "flow_mfrgg==="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		kind, key, err := model.ID(in).Parse()
		if err != nil {
			wantInvalid(t, err, "id")
			return
		}
		for _, part := range key {
			if !utf8.ValidString(part) {
				t.Errorf("%q has a key that is no text: %q", in, part)
			}
		}
		id := model.NewID(kind, key...)
		againKind, again, err := id.Parse()
		if err != nil || againKind != kind || !cmp.Equal(again, key) {
			t.Errorf("%q is %s %q, which is written %q and read as %s %q, %v", in, kind, key, id, againKind, again, err)
		}
	})
}
