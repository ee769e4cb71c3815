package demo

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tale is a whole story of one service, of which tests spoil a line.
const tale = `organization: acme
utc-offset: +02:00
branch: main
workflow: CI
author: {name: A, email: a@acme.example}
images: acme
aws: {account: 123456789012, region: eu-west-1}
repositories:
  api: |
    1111111111111111111111111111111111111111 (0000000000000000000000000000000000000000) 2022-07-01T09:00:00+02:00 one
    22222222222222222222222222222222222222ab (1111111) 2022-07-01T09:30:00+02:00 two
artifacts:
  api:
    1111111: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    2222222: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
days:
  2022-07-01:
    - {at: 08:00:00, environment: prod, type: ECS, cluster: prod, description: Production}
    - {at: 08:00:01, flow: api, repository: api, description: The API, needs: [tests]}
    - {at: 10:00:00, push: api, head: 2222222}
    - {at: 10:00:05, build: api, head: 1111111, run: 7, number: 1, took: 1m, conclusion: failure}
    - {at: 10:02:05, build: api, head: 2222222, run: 8, number: 2, checkout: 10s, took: 5m}
    - {at: 10:03:00, artifact: api:2222222}
    - {at: 10:04:00, evidence: tests, for: api:2222222, compliant: false}
    - {at: 10:05:00, deployment: api:2222222, to: prod}
    - {at: 10:06:00, report: prod, start: {api:2222222: 2}}
    - {at: 10:07:00, report: prod, scale: {api:2222222: 3}}
    - {at: 10:08:00, report: prod, unchanged: true}
  2022-07-02:
    - {at: 00:00:01, report: prod, stop: [api:2222222]}
`

func TestParse_OK(t *testing.T) {
	t.Parallel()
	s, err := parse("tale.yaml", []byte(tale))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, step := range s.Steps {
		at := step.Happened()
		switch s := step.(type) {
		case *ReportStep:
			got = append(got, at.At.Format("02 15:04:05 ")+strings.Repeat("|", len(s.Report.Artifacts))+".")
		case *CommitsStep:
			got = append(got, at.At.Format("02 15:04:05 ")+s.Commits[0].Subject+" "+s.Commits[1].Subject)
		case *BuildStep:
			got = append(got, at.At.Format("02 15:04:05 ")+s.Head.Subject+" "+s.Conclusion)
		}
	}
	want := []string{
		"01 10:00:05 one ", "01 10:01:05 one failure", "01 10:02:05 two ", "01 10:02:15 one two",
		"01 10:06:00 ||.", "01 10:07:00 |||.", "01 10:07:05 two success", "01 10:08:00 |||.", "02 00:00:01 .",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

// An agent never takes back what it said: later reports must not change earlier ones.
func TestParse_ReportsAreTheirOwn(t *testing.T) {
	t.Parallel()
	s, err := parse("tale.yaml", []byte(tale))
	if err != nil {
		t.Fatal(err)
	}
	var arns [][]string
	for _, step := range s.Steps {
		r, ok := step.(*ReportStep)
		if !ok {
			continue
		}
		var list []string
		for _, i := range r.Report.Artifacts {
			list = append(list, i.TaskARN)
		}
		arns = append(arns, list)
	}
	if len(arns) != 4 || len(arns[0]) != 2 || len(arns[1]) != 3 || len(arns[3]) != 0 {
		t.Fatalf("tasks are %v", arns)
	}
	for _, arn := range arns[0] {
		if !slices.Contains(arns[1], arn) {
			t.Errorf("task %s is gone by the scaling up", arn)
		}
	}
	if !slices.Equal(arns[1], arns[2]) {
		t.Errorf("an unchanged report changes %v to %v", arns[1], arns[2])
	}
}

func TestParse_Mistakes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ old, new, want string }{
		"UnknownKey":         {"images: acme", "images: acme\nimage: x", `tale.yaml:7: unknown key "image"`},
		"UnknownStepKey":     {"head: 2222222, run: 8", "head: 2222222, hat: 1, run: 8", `tale.yaml:22: unknown key "hat"`},
		"TwiceTheKey":        {"images: acme", "images: acme\nimages: acme", `tale.yaml:7: "images" is there twice`},
		"MissingKey":         {"workflow: CI\n", "", `tale.yaml:1: "workflow" is missing`},
		"NoKind":             {"{at: 10:03:00, artifact: api:2222222}", "{at: 10:03:00}", `tale.yaml:23: here should be one kind of step`},
		"TwoKinds":           {"artifact: api:2222222", "artifact: api:2222222, push: api", `tale.yaml:23: here should be one kind of step`},
		"UnknownArtifact":    {"artifact: api:2222222", "artifact: api:3333333", `tale.yaml:23: there is no artifact "api:3333333"`},
		"UnknownInReport":    {"start: {api:2222222: 2}", "start: {web:2222222: 2}", `tale.yaml:26: there is no artifact "web:2222222"`},
		"UnknownStop":        {"stop: [api:2222222]", "stop: [api:9]", `tale.yaml:30: there is no artifact "api:9"`},
		"UnknownCommit":      {"push: api, head: 2222222", "push: api, head: 3333333", `tale.yaml:20: acme/api has no commit "3333333"`},
		"UnknownRepository":  {"push: api", "push: web", `tale.yaml:20: there is no repository "web"`},
		"UnknownEnvironment": {"to: prod", "to: beta", `tale.yaml:25: there is no environment "beta"`},
		"UnknownReporter":    {"report: prod, scale", "report: beta, scale", `tale.yaml:27: there is no environment "beta"`},
		"UnknownParent":      {"(1111111)", "(1111112)", `tale.yaml:11: parent 1111112 is not above`},
		"NoCommit":           {"2022-07-01T09:30:00+02:00 two", "two", `tale.yaml:11: here should be a commit`},
		"SameBeginning":      {"22222222222222222222222222222222222222ab", "1111111222222222222222222222222222222222", `tale.yaml:11: 1111111222222222222222222222222222222222 begins like another`},
		"BadFingerprint":     {"bbbbbbbb\n", "bbbbbbb\n", `tale.yaml:15: "bbb`},
		"BackInTime":         {"at: 10:04:00", "at: 10:02:30", `tale.yaml:24: this happened before what is above it`},
		"BackADay":           {"2022-07-02:", "2022-06-30:", `tale.yaml:30: this happened before what is above it`},
		"NoTime":             {"at: 10:04:00", "at: noon", `tale.yaml:24: "at" should be a time of day`},
		"NoDay":              {"2022-07-02:", "tomorrow:", `tale.yaml:29: "tomorrow" is no day`},
		"PushedTwice":        {"- {at: 10:00:05, build: api, head: 1111111, run: 7, number: 1, took: 1m, conclusion: failure}", "- {at: 10:00:05, push: api, head: 1111111}", `tale.yaml:21: 1111111111111111111111111111111111111111 was pushed before`},
		"PushedTooSoon":      {"at: 10:00:00", "at: 09:15:00", `tale.yaml:20: 22222222222222222222222222222222222222ab is pushed before it is committed`},
		"BuiltUnpushed":      {"push: api, head: 2222222", "push: api, head: 1111111", `tale.yaml:22: 22222222222222222222222222222222222222ab is built before it is pushed`},
		"NoLength":           {"checkout: 10s, took: 5m", "checkout: 10s", `tale.yaml:22: "took" should say`},
		"NotReported":        {"- {at: 10:03:00, artifact: api:2222222}", "- {at: 10:03:00, evidence: tests, for: api:1111111}", `tale.yaml:23: api:1111111 is not reported yet`},
		"NothingBuilt":       {"build: api, head: 2222222, run: 8", "build: api, head: 1111111, run: 8", `tale.yaml:23: nothing was built from 2222222`},
		"NoFlow":             {"flow: api,", "flow: web,", `tale.yaml:23: there is no flow "api"`},
		"StartedTwice":       {"scale: {api:2222222: 3}", "start: {api:2222222: 3}", `tale.yaml:27: api:2222222 runs in prod already`},
		"ScaledToTheSame":    {"scale: {api:2222222: 3}", "scale: {api:2222222: 2}", `tale.yaml:27: api:2222222 cannot be scaled from 2 to 2 in prod`},
		"StoppedTwice":       {"stop: [api:2222222]", "stop: [api:2222222, api:1111111]", `tale.yaml:30: api:1111111 does not run in prod`},
		"NothingChanged":     {"unchanged: true", "unchanged: false", `tale.yaml:28: a report has either changes or`},
		"ChangedUnchanged":   {"scale: {api:2222222: 3}", "scale: {api:2222222: 3}, unchanged: true", `tale.yaml:27: a report has either changes or`},
		"NoReplicas":         {"start: {api:2222222: 2}", "start: {api:2222222: none}", `tale.yaml:26: here should be a number above zero, not "none"`},
		"ReportTwice":        {"at: 10:08:00", "at: 10:07:00", `tale.yaml:28: a report comes after`},
		"NoTruth":            {"compliant: false", "compliant: perhaps", `tale.yaml:24: "compliant" should be true or false, not "perhaps"`},
		"NoList":             {"stop: [api:2222222]", "stop: api:2222222", `tale.yaml:30: here should be a list`},
		"NoMapping":          {"start: {api:2222222: 2}", "start: [api:2222222]", `tale.yaml:26: here should be keys and values`},
		"BadOffset":          {"+02:00\nbranch", "CEST\nbranch", `tale.yaml:1: "CEST" is no offset from UTC`},
		"BrokenYAML":         {"days:", "days: {", `tale.yaml: yaml:`},
		"Nothing":            {tale, "", `tale.yaml:1: there is nothing in it`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(tale, tt.old, tt.new, 1)
			if text == tale {
				t.Fatalf("%q is not in the tale", tt.old)
			}
			s, err := parse("tale.yaml", []byte(text))
			if err == nil {
				t.Fatalf("no error, and %d steps", len(s.Steps))
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}
