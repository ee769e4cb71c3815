package apitest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// Organization is the name of the organization that the server of a Story has.
const Organization = "cyber-dojo"

const registry = "274425519734.dkr.ecr.eu-central-1.amazonaws.com/"

// Fingerprints of the story.
const (
	runnerPrint = "9af401c4350b21e3f1df17d6ad808da43d9646e75b6da902cc7c492bcfb9c625"
	shasPrint   = "76c442c04283c4ca1af22d882750eb960cf53c0aa041bbdb2db9df2f2c1282be"
	oldPrint    = "d8440b94f7f9174c180324ceafd4148360d9d7c916be2b910f132c58b8a943ae"
	differPrint = "eeb0cfc9ee7f69fbd9531d5b8c1e8d22a8de119e2a422344a714a868e9a8bfec"
)

// Now is when the tutorial was written: 15 days after what it tells of.
var Now = time.Date(2022, 9, 6, 12, 0, 0, 0, time.UTC)

// NewStory starts a server that knows the story of the tutorial.
func NewStory(t testing.TB) *Server {
	t.Helper()
	return New(t, storyQuery(), storyMutation())
}

func at(clock string) string { return "2022-08-" + clock + "Z" }

func storyQuery() Object {
	organization := storyOrganization()
	return Object{
		"node":   Resolver(node),
		"viewer": Object{"name": "test", "role": "ADMIN", "organization": organization},
		"organization": Resolver(func(args map[string]any) (any, error) {
			switch args["name"] {
			case Organization:
				return organization, nil
			case "empty":
				return emptyOrganization(), nil
			}
			return nil, &Error{"NOT_FOUND", fmt.Sprintf("there is no organization %q that you can see", args["name"])}
		}),
	}
}

func emptyOrganization() Object {
	return Object{
		"name": "empty", "visibility": "PRIVATE", "createsEnvironments": false,
		"flows": Connection(), "artifacts": Connection(), "environments": Connection(), "deliveries": Connection(), "breaches": Connection(), "notifications": Connection(),
		"environment": Resolver(func(map[string]any) (any, error) {
			return Object{"name": "new", "type": "K8S", "reporting": reportingOf("new"), "snapshots": Connection(), "events": Connection(), "expectations": Connection(), "breaches": Connection()}, nil
		}),
		"snapshot": Resolver(func(map[string]any) (any, error) {
			return withContent(snapshot("new", 2, "22T09:39:22", "", 0, 1)), nil
		}),
		"diff": Resolver(func(map[string]any) (any, error) {
			s := snapshot("new", 2, "22T09:39:22", "", 0, 1)
			return diff(s, s, nil, nil, nil), nil
		}),
	}
}

func storyOrganization() Object {
	flows, artifacts := storyFlows(), storyArtifacts()
	environments := storyEnvironments()
	o := Object{
		"name": Organization, "visibility": "PUBLIC", "createsEnvironments": false,
		"artifacts":    Connection(artifacts...),
		"flows":        Resolver(func(args map[string]any) (any, error) { return Connection(tagged(flows, args["tags"])...)(args) }),
		"environments": Resolver(func(args map[string]any) (any, error) { return Connection(which(environments, args)...)(args) }),
	}
	o["metrics"] = Resolver(storyMetrics)
	o["flow"] = Resolver(func(args map[string]any) (any, error) { return named("flow", flows, args["name"]) })
	o["environment"] = Resolver(func(args map[string]any) (any, error) { return named("environment", environments, args["name"]) })
	o["breaches"] = Resolver(breaches)
	o["deliveries"] = Resolver(deliveries)
	o["notifications"], o["notification"] = Connection(storyNotifications()...), Resolver(notification)
	o["artifact"] = Resolver(func(args map[string]any) (any, error) { return artifactByRef(artifacts, args["ref"]) })
	o["commit"] = Resolver(func(args map[string]any) (any, error) { return commitByRef(args["ref"]) })
	o["commits"], o["commitRange"] = Resolver(commitsByAuthor), Resolver(commitRange)
	o["snapshot"] = Resolver(func(args map[string]any) (any, error) { return snapshotByRef(args["ref"]) })
	o["search"] = Resolver(search)
	o["diff"] = Resolver(func(args map[string]any) (any, error) { return storyDiff(args["from"], args["to"]) })
	return o
}

// which are the environments that a filter asks for, as far as the story needs it.
func which(environments []Object, args map[string]any) []Object {
	filter, _ := args["filter"].(map[string]any)
	types, _ := filter["types"].([]any)
	return slices.DeleteFunc(tagged(environments, filter["tags"]), func(e Object) bool {
		return filter["archived"] == true || len(types) > 0 && !slices.Contains(types, e["type"])
	})
}

// tagged are the things that have all of some tags.
func tagged(things []Object, tags any) []Object {
	all, _ := tags.([]any)
	return slices.DeleteFunc(slices.Clone(things), func(thing Object) bool {
		return slices.ContainsFunc(all, func(wanted any) bool {
			return !slices.ContainsFunc(thing["tags"].([]Object), func(has Object) bool {
				w, _ := wanted.(map[string]any)
				return has["key"] == w["key"] && has["value"] == w["value"]
			})
		})
	})
}

func named(kind string, things []Object, name any) (any, error) {
	for _, thing := range things {
		if thing["name"] == name {
			return thing, nil
		}
	}
	return nil, &Error{"NOT_FOUND", fmt.Sprintf("%s %q not found", kind, name)}
}

func storyFlows() []Object {
	var flows []Object
	for _, line := range []string{
		"creator|UX for Group/Kata creation", "custom-start-points|Custom exercises choices",
		"dashboard|UX for a group practice dashboard", "differ|Diff files from two traffic-lights",
		"exercises-start-points|Exercises choices", "languages-start-points|Language+TestFramework choices",
		"nginx|Reverse proxy", "repler|REPL for Python images", "runner|Test runner",
		"saver|Group/Kata model+persistence", "version-reporter|UX for git+image version-reporter",
		"web|UX for practicing TDD",
	} {
		name, description, _ := strings.Cut(line, "|")
		tags := []Object{}
		if name == "runner" {
			tags = []Object{{"key": "team", "value": "core"}}
		}
		flows = append(flows, Object{
			"name": name, "description": description, "visibility": "PUBLIC",
			"repository":       Object{"name": "cyber-dojo/" + name},
			"requiredEvidence": []string{"branch-coverage"}, "paths": []string{}, "tags": tags, "createdAt": at("01T08:00:00"),
			"artifacts": Connection(artifactsOf(name)...), "metrics": Resolver(storyMetrics),
		})
	}
	return flows
}

func artifactsOf(flow string) []Object {
	return slices.DeleteFunc(storyArtifacts(), func(a Object) bool { return a["flow"].(Object)["name"] != flow })
}

func storyArtifacts() []Object {
	artifact := func(flow, sha, fingerprint, made, state string) Object {
		a := Object{
			"__typename": "Artifact",
			"ref":        flow + "@" + fingerprint, "fingerprint": fingerprint,
			"name": "cyberdojo/" + flow + ":" + sha[:7], "flow": Object{"name": flow}, "createdAt": at(made),
			"state": state, "requirements": []Object{{"name": "branch-coverage", "state": "MET"}},
			"commitSha": sha, "commitUrl": "https://github.com/cyber-dojo/" + flow + "/commit/" + sha,
			"history": Connection(),
		}
		return a
	}
	runner := artifact("runner", "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4", runnerPrint, "22T09:35:00", "COMPLIANT")
	runner["buildUrl"] = "https://github.com/cyber-dojo/runner/actions/runs/2902808452"
	runner["history"] = Connection(storyHistory()...)
	old := artifact("runner", "85d83c6ab8e0ce800baeef3dfa4fa9f6eee338a4", oldPrint, "20T09:35:00", "NON_COMPLIANT")
	old["requirements"] = []Object{{"name": "branch-coverage", "state": "FAILED"}, {"name": "snyk", "state": "MISSING"}}
	differ := artifact("differ", "1a2b170000000000000000000000000000000000", differPrint, "20T08:00:00", "INCOMPLETE")
	differ["commitSha"], differ["commitUrl"] = nil, nil
	differ["requirements"] = []Object{{"name": "branch-coverage", "state": "MISSING"}}
	differ["ambiguousCommit"] = Object{"askedFor": "1a2b170", "summary": "1a2b170 fits 2 commits"}
	return []Object{runner, old, differ}
}

func artifactByRef(artifacts []Object, ref any) (any, error) {
	switch ref {
	case "runner:16d9990", "runner@" + runnerPrint:
		return artifacts[0], nil
	case "runner:85d83c6":
		return artifacts[1], nil
	case "differ:1a2b170":
		return artifacts[2], nil
	case "runner@9af40":
		return Object{
			"__typename": "AmbiguousArtifact", "askedFor": "runner@9af40",
			"summary":    "runner@9af40 fits 2 artifacts: write more digits",
			"candidates": artifacts[:2],
		}, nil
	case "runner":
		return nil, &Error{"INVALID", `"runner" is not a reference to an artifact: write runner:16d9990 or runner@9af401c`}
	}
	return nil, &Error{"NOT_FOUND", fmt.Sprintf("no artifact of flow runner is %v", ref)}
}

func storyHistory() []Object {
	event := func(kind, when, summary string, extra Object) Object {
		words := strings.Split(strings.ToLower(kind), "_")
		for i, w := range words {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
		e := Object{
			"__typename": strings.Join(words, ""), "kind": kind, "at": at(when), "recordedAt": at(when), "position": "v1.position",
			"summary": summary, "flow": Object{"name": "runner"}, "fingerprint": runnerPrint,
			"artifactName": "cyberdojo/runner:16d9990",
		}
		for name, value := range extra {
			e[name] = value
		}
		return e
	}
	in := func(environment string, number int, extra Object) Object {
		extra["environment"] = Object{"name": environment}
		extra["snapshot"] = Object{"ref": fmt.Sprintf("%s#%d", environment, number), "number": number}
		extra["artifactName"] = registry + "runner:16d9990"
		return extra
	}
	return []Object{
		event("ARTIFACT_CREATED", "22T09:35:00", "Artifact created", nil),
		event("ATTESTATION_RECEIVED", "22T09:36:02", "branch-coverage evidence received",
			Object{"attestationName": "branch-coverage", "compliant": true}),
		event("DEPLOYMENT_CREATED", "22T09:37:17", "Deployment #18 to aws-beta environment",
			Object{"deploymentNumber": 18, "environment": Object{"name": "aws-beta"}}),
		event("DEPLOYMENT_CREATED", "22T09:38:21", "Deployment #19 to aws-prod environment",
			Object{"deploymentNumber": 19, "environment": Object{"name": "aws-prod"}}),
		event("STARTED_RUNNING", "22T09:38:28", "Started running in aws-beta#84 environment", in("aws-beta", 84, Object{"toReplicas": 3})),
		event("STARTED_RUNNING", "22T09:39:22", "Started running in aws-prod#65 environment", in("aws-prod", 65, Object{"toReplicas": 3})),
		event("SCALED", "24T16:03:42", "Scaled down from 3 to 2 in aws-beta#117 environment",
			in("aws-beta", 117, Object{"fromReplicas": 3, "toReplicas": 2})),
		event("STOPPED_RUNNING", "24T16:05:42", "No longer running in aws-beta#119 environment", in("aws-beta", 119, Object{"fromReplicas": 2})),
		event("SCALED", "24T16:10:28", "Scaled down from 3 to 1 in aws-prod#94 environment",
			in("aws-prod", 94, Object{"fromReplicas": 3, "toReplicas": 1})),
		event("STOPPED_RUNNING", "24T16:12:28", "No longer running in aws-prod#96 environment", in("aws-prod", 96, Object{"fromReplicas": 1})),
	}
}

func storyEnvironments() []Object {
	log := storyHistory()
	slices.Reverse(log)
	var environments []Object
	for _, name := range []string{"aws-beta", "aws-prod"} {
		events := slices.DeleteFunc(slices.Clone(log), func(e Object) bool {
			environment, ok := e["environment"].(Object)
			return !ok || environment["name"] != name
		})
		environments = append(environments, Object{
			"name": name, "type": "ECS", "description": "", "createdAt": at("01T08:00:00"),
			"tags": []Object{{"key": "team", "value": "core"}}, "reporting": reportingOf(name), "formerNames": []string{"production-of-" + name},
			"members": Connection(), "memberOf": Connection(Object{"name": "everywhere"}),
			"lastReportedAt": at("24T16:12:28"), "events": Part(events, hasEvent), "expectations": storyExpectations(), "breaches": Resolver(breaches),
			"snapshots": Part([]Object{snapshot(name, 96, "24T16:12:28", "", 12, 1), snapshot(name, 95, "24T16:11:28", "24T16:12:28", 13, 2)}, hasSnapshot),
		})
	}
	return append(environments, logicalEnvironment(), silentEnvironment(), Object{
		"name": "new", "type": "K8S", "description": "Nothing was reported yet", "createdAt": at("24T08:00:00"),
		"tags": []Object{}, "reporting": reportingOf("new"), "formerNames": []string{}, "members": Connection(), "memberOf": Connection(),
		"snapshots": Connection(), "events": Connection(), "expectations": Connection(), "breaches": Connection(),
	})
}

// hasSnapshot knows the intervals of one snapshot, and takes any other for all.
func hasSnapshot(s Object, interval string, _ map[string]any) bool {
	first, last, _ := strings.Cut(interval, "..")
	return first != last || first == "" || first == fmt.Sprint(s["number"])
}

// hasEvent knows filters of one flow.
func hasEvent(e Object, interval string, filter map[string]any) bool {
	if s, ok := e["snapshot"].(Object); ok && !hasSnapshot(s, interval, nil) {
		return false
	}
	flows, _ := filter["flows"].([]any)
	return len(flows) == 0 || flows[0] == e["flow"].(Object)["name"]
}

// silentEnvironment is one of which nothing is reported any more.
func silentEnvironment() Object {
	return Object{
		"name": "gke", "type": "K8S", "description": "Our cluster", "createdAt": at("01T08:00:00"), "lastReportedAt": "2022-09-06T09:00:00Z",
		"tags": []Object{{"key": "cost", "value": "42"}, {"key": "team", "value": "data"}}, "reporting": reportingOf("gke"), "formerNames": []string{},
		"members": Connection(), "memberOf": Connection(), "expectations": Connection(), "breaches": Connection(),
		"snapshots": Connection(snapshot("gke", 7, "24T16:12:28", "", 1, 1)),
		"events": Connection(Object{
			"__typename": "ReportingStopped", "kind": "REPORTING_STOPPED", "at": "2022-09-06T09:15:00Z", "recordedAt": "2022-09-06T09:15:07Z",
			"summary": "No report of gke environment for 15 minutes", "environment": Object{"name": "gke"}, "lastReportedAt": "2022-09-06T09:00:00Z",
		}, Object{
			"__typename": "ReportingResumed", "kind": "REPORTING_RESUMED", "at": at("24T16:12:28"), "recordedAt": at("24T16:12:29"),
			"summary": "gke environment is reported again, after 2 days", "environment": Object{"name": "gke"}, "silentSeconds": 200000,
		}),
	}
}

// logicalEnvironment is the union of two others.
func logicalEnvironment() Object {
	return Object{
		"name": "everywhere", "type": "LOGICAL", "description": "", "createdAt": at("01T08:00:00"), "lastReportedAt": nil,
		"tags": []Object{}, "reporting": reportingOf("everywhere"), "formerNames": []string{},
		"members": Connection(Object{"name": "aws-beta"}, Object{"name": "aws-prod"}), "memberOf": Connection(),
		"expectations": Connection(), "breaches": Connection(), "snapshots": Connection(snapshot("everywhere", 3, "24T16:12:28", "", 24, 1)),
		"events": Connection(Object{
			"__typename": "MemberAdded", "kind": "MEMBER_ADDED", "at": at("24T16:12:28"), "recordedAt": at("24T16:12:28"),
			"summary": "aws-prod added to everywhere#3 environment", "environment": Object{"name": "everywhere"}, "memberName": "aws-prod",
			"snapshot": Object{"ref": "everywhere#3", "number": 3},
		}),
	}
}

// reportingOf says how the environments of the story are reported.
func reportingOf(environment string) Object {
	switch environment {
	case "new":
		return Object{"state": "NEVER", "silentAfterSeconds": 900}
	case "gke", "edge":
		return Object{"state": "SILENT", "lastReportedAt": "2022-09-06T09:00:00Z", "silentAfterSeconds": 900, "silentSince": "2022-09-06T09:15:00Z"}
	case "everywhere":
		return Object{"state": "SILENT", "lastReportedAt": "2022-09-06T11:00:00Z", "silentAfterSeconds": 900, "silentSince": "2022-09-06T11:15:00Z"}
	}
	return Object{"state": "CURRENT", "lastReportedAt": at("24T16:12:28")}
}

func environmentType(environment string) string {
	for _, e := range []Object{{"name": "everywhere", "type": "LOGICAL"}, {"name": "gke", "type": "K8S"}, {"name": "new", "type": "K8S"}} {
		if e["name"] == environment {
			return text(e["type"])
		}
	}
	return "ECS"
}

func snapshot(environment string, number int, taken, until string, replicas, changes int) Object {
	s := Object{
		"ref": fmt.Sprintf("%s#%d", environment, number), "number": number,
		"environment": Object{"name": environment, "type": environmentType(environment), "reporting": reportingOf(environment)},
		"takenAt":     at(taken), "recordedAt": at(taken), "replicaCount": replicas, "changeCount": changes,
	}
	if until != "" {
		s["until"] = at(until)
	}
	return s
}

func withContent(s Object, running ...Object) Object {
	s["running"] = Connection(running...)
	return s
}

// runs is something that runs; without a flow if flow is empty, and without a
// commit if sha is.
func runs(flow, name, sha, fingerprint, since string, replicas int) Object {
	r := Object{
		"fingerprint": fingerprint, "name": registry + name, "names": []string{registry + name},
		"replicas": replicas, "runningSince": at(since), "overlapping": flow == "runner",
	}
	if flow != "" {
		r["artifact"] = Object{"ref": flow + "@" + fingerprint, "flow": Object{"name": flow}}
	}
	if sha != "" {
		r["commit"] = Object{"sha": sha, "shortSha": sha[:7], "url": "https://github.com/cyber-dojo/runner/commit/" + sha}
	}
	return r
}

func storyRunning() []Object {
	shas := runs("", "shas:7c45272", "", shasPrint, "22T08:10:00", 1)
	shas["ambiguousCommit"] = Object{"askedFor": "7c45272", "summary": "7c45272 fits 2 commits"}
	differ := runs("differ", "differ:1a2b170", "", differPrint, "20T08:10:00", 1)
	differ["artifact"].(Object)["commitSha"] = "1a2b170000000000000000000000000000000000"
	differ["artifact"].(Object)["commitUrl"] = "https://github.com/cyber-dojo/differ/commit/1a2b170000000000000000000000000000000000"
	return []Object{
		runs("runner", "runner:16d9990", "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4", runnerPrint, "22T09:39:17", 3),
		shas,
		runs("runner", "runner:85d83c6", "85d83c6ab8e0ce800baeef3dfa4fa9f6eee338a4", oldPrint, "20T09:41:00", 1),
		differ,
	}
}

func snapshotByRef(ref any) (any, error) {
	switch ref {
	case "aws-prod#65":
		return withContent(snapshot("aws-prod", 65, "22T09:39:22", "22T09:40:22", 6, 1), storyRunning()...), nil
	case "gke":
		return withContent(snapshot("gke", 7, "24T16:12:28", "", 1, 1), storyRunning()[1]), nil
	case "everywhere":
		return withContent(snapshot("everywhere", 3, "24T16:12:28", "", 1, 1), storyRunning()[1]), nil
	case "aws-prod@{2.weeks.ago}", "aws-prod":
		nameless := runs("", "nginx", "", "", "24T16:00:00", 1)
		nameless["fingerprint"] = nil
		return withContent(snapshot("aws-prod", 96, "24T16:12:28", "", 1, 1), nameless), nil
	}
	return nil, &Error{"NOT_FOUND", fmt.Sprintf("no snapshot is %v: the newest is aws-prod#96", ref)}
}

func diff(from, to Object, added, removed, changed []Object, flows ...Object) Object {
	return Object{
		"from": from, "to": to, "empty": len(added)+len(removed)+len(changed) == 0,
		"summary": fmt.Sprintf("%d added, %d removed, %d changed", len(added), len(removed), len(changed)),
		"added":   Connection(added...), "removed": Connection(removed...), "changed": Connection(changed...),
		"unchanged": Connection(storyRunning()[1:2]...), "flows": Connection(flows...),
	}
}

// storyFlowChanges have each kind of relation that two commits can have.
func storyFlowChanges() []Object {
	running := storyRunning()
	change := func(flow, relation string, added, removed []Object) Object {
		commits := Object{
			"relation": relation, "ahead": len(added), "behind": len(removed), "added": Connection(added...), "removed": Connection(removed...),
		}
		return Object{"flow": Object{"name": flow}, "from": running[2], "to": running[0], "commits": commits}
	}
	added := []Object{changedCommit("16d9990", "Run tests in parallel", "Ada Lovelace"), changedCommit("4f1e2d3", "Use newer base image", "")}
	removed := []Object{changedCommit("85d83c6", "Cache images", "Grace Hopper")}
	many := change("runner", "AHEAD", added, nil)
	many["commits"].(Object)["ahead"] = 25
	unknown := change("web", "UNKNOWN", nil, nil)
	unknown["commits"] = Object{"relation": "UNKNOWN", "reason": "nobody told which commit one of the two was built from", "added": Connection(), "removed": Connection()}
	came, went := change("creator", "UNKNOWN", nil, nil), change("repler", "UNKNOWN", nil, nil)
	none := maps.Clone(unknown["commits"].(Object))
	none["reason"] = "nothing of the flow runs in one of the two"
	came["from"], came["commits"], went["to"], went["commits"] = nil, none, nil, none
	return []Object{
		came, change("differ", "BEHIND", nil, removed), change("nginx", "DIVERGED", added[:1], removed), went, many, change("saver", "SAME", nil, nil), unknown,
	}
}

func storyDiff(from, to any) (any, error) {
	s64 := snapshot("aws-prod", 64, "22T08:10:22", "22T09:39:22", 3, 1)
	s65 := snapshot("aws-prod", 65, "22T09:39:22", "22T09:40:22", 6, 1)
	s96 := snapshot("aws-prod", 96, "24T16:12:28", "", 12, 1)
	running := storyRunning()
	switch fmt.Sprint(from, " ", to) {
	case "aws-prod#64 aws-prod#65":
		return diff(s64, s65, running[:1], nil, nil), nil
	case "aws-prod#65 aws-prod#65":
		return diff(s65, s65, nil, nil, nil), nil
	case "aws-prod#65 aws-prod#96":
		before, after := running[3], runs("differ", "differ:1a2b170", "", differPrint, "20T08:10:00", 2)
		return diff(s65, s96, running[:2], running[2:3], []Object{{"from": before, "to": after}}, storyFlowChanges()...), nil
	}
	return nil, &Error{"NOT_FOUND", fmt.Sprintf("no snapshot is %v: the newest is aws-prod#96", to)}
}
