package apitest

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// SHAs of commits that came after those of the story.
const (
	laterSHA  = "38e09244e5b2c1f8c1a66dc2a7c2a6d4c2b1a0f9"
	squashSHA = "4d8e2f1b7c6a5d4e3f2a1b0c9d8e7f6a5b4c3d2e"
	pickSHA   = "9f0e1d2c3b4a5968778695a4b3c2d1e0f9e8d7c6"
	docsSHA   = "b0a1c2d3e4f5061728394a5b6c7d8e9f0a1b2c3d"
)

// whereIs is where a commit is by one flow in one environment, with what its state has.
func whereIs(state, flow, environment string, extra Object) Object {
	types := map[string]string{
		"RUNNING": "CommitRunning", "INCLUDED": "CommitIncluded", "NOT_YET": "CommitNotYet", "GONE": "CommitGone", "UNKNOWN": "CommitUnknown",
	}
	w := Object{
		"__typename": types[state], "state": state, "environment": Object{"name": environment, "type": environmentType(environment), "reporting": reportingOf(environment)},
		"summary": fmt.Sprintf("%s in %s", state, environment), "snapshot": Object{"ref": environment + "#96"},
	}
	if flow != "" {
		w["flow"] = Object{"name": flow}
	}
	maps.Copy(w, extra)
	return w
}

// storyWhereabouts have each state, and two environments that the flow never reached.
func storyWhereabouts() []Object {
	run := storyRunning()
	later := runs("runner", "runner:38e0924", laterSHA, differPrint, "23T08:00:00", 2)
	old := run[2]
	return []Object{
		whereIs("RUNNING", "runner", "aws-beta", Object{"running": run[0], "since": at("22T09:38:28"), "firstAt": at("22T09:38:28")}),
		whereIs("INCLUDED", "runner", "aws-prod", Object{
			"running": later, "since": at("22T09:39:22"), "firstAt": at("22T09:39:22"), "commitsLater": 1,
		}),
		whereIs("UNKNOWN", "runner", "edge", Object{
			"running": old, "reason": "ANCESTRY_INCOMPLETE", "remedy": "run landfall report commits in a checkout with the whole history",
		}),
		whereIs("NOT_YET", "runner", "gke", Object{"snapshot": nil, "progress": "BUILDING"}),
		whereIs("NOT_YET", "runner", "lambda-x", Object{"progress": "BUILDING"}),
		whereIs("GONE", "runner", "qa", Object{
			"running": old, "firstAt": at("22T10:00:00"), "goneAt": at("24T10:00:00"), "rolledBack": true,
			"last": Object{"ref": "runner@" + runnerPrint, "flow": Object{"name": "runner"}, "commitSha": laterSHA},
		}),
		whereIs("NOT_YET", "runner", "staging", Object{
			"running": old, "commitsBehind": 2, "progress": "BUILDING", "cherryPick": storyCommit(pickSHA, "ecs: run 3 replicas", false),
			"build": Object{
				"workflow": "CI", "attempt": 1, "url": "https://github.com/cyber-dojo/runner/actions/runs/2902808452", "state": "RUNNING",
				"startedAt": "2022-09-06T11:33:00Z",
			},
		}),
	}
}

// waysOfFlows are the whereabouts of a commit that counts for three flows, on its way.
func waysOfFlows() []Object {
	old := storyRunning()[2]
	carrier := Object{"ref": "runner@" + runnerPrint, "flow": Object{"name": "runner"}, "commitSha": squashSHA}
	build := Object{
		"workflow": "CI", "attempt": 2, "url": "https://github.com/cyber-dojo/runner/actions/runs/7/attempts/2", "state": "TIMED_OUT",
		"startedAt": "2022-09-06T10:00:00Z", "finishedAt": "2022-09-06T11:00:00Z",
	}
	ways := []Object{
		whereIs("NOT_YET", "runner", "aws-beta", Object{
			"running": old, "commitsBehind": 1, "progress": "DEPLOYING", "carrier": carrier,
			"deployment": Object{"number": 20, "createdAt": "2022-09-06T11:50:00Z", "url": "https://ci.example/20"},
		}),
		whereIs("NOT_YET", "runner", "aws-prod", Object{"running": old, "progress": "BUILT", "carrier": carrier}),
		whereIs("RUNNING", "runner", "qa", Object{
			"running": runs("runner", "runner:4d8e2f1", squashSHA, runnerPrint, "24T10:00:00", 1), "since": at("24T10:00:00"), "firstAt": at("20T10:00:00"),
		}),
		whereIs("NOT_YET", "saver", "first", Object{
			"progress": "DEPLOYING", "carrier": Object{"ref": "saver@" + shasPrint, "flow": Object{"name": "saver"}, "commitSha": squashSHA},
			"deployment": Object{"number": 1, "createdAt": "2022-09-06T11:59:50Z"},
		}),
		whereIs("NOT_YET", "web", "aws-beta", Object{"progress": "BUILD_FAILED", "build": build}),
		whereIs("NOT_YET", "web", "aws-prod", Object{"progress": "BUILD_FAILED", "build": build}),
	}
	for _, w := range ways {
		w["became"] = storyCommit(squashSHA, "Faster (#277)", false)
	}
	return ways
}

// noFlow are the whereabouts of a commit that counts for no flow.
func noFlow() []Object {
	answer := Object{"reason": "NO_FLOW", "remedy": "make a flow that follows cyber-dojo/runner"}
	return []Object{whereIs("UNKNOWN", "", "aws-beta", answer), whereIs("UNKNOWN", "", "aws-prod", answer)}
}

// withWhereabouts is a commit with where it is.
func withWhereabouts(commit Object, where ...Object) Object {
	commit["cherryPicks"], commit["issueKeys"] = Connection(), []string{}
	commit["whereabouts"] = Resolver(func(args map[string]any) (any, error) {
		moment := Now.Format(time.RFC3339)
		if at, ok := args["at"].(string); ok {
			moment = at
		}
		filter, _ := args["filter"].(map[string]any)
		var fitting []Object
		for _, w := range where {
			flow, _ := w["flow"].(Object)
			if !wanted(filter["environments"], w["environment"].(Object)["name"]) || !wanted(filter["flows"], flow["name"]) {
				continue
			}
			w = maps.Clone(w)
			w["at"] = moment
			fitting = append(fitting, w)
		}
		return Connection(fitting...)(args)
	})
	return commit
}

// wanted reports whether a list of a filter has a name, or nothing. The logical
// environment of the story stands for its members.
func wanted(names, name any) bool {
	list, _ := names.([]any)
	member := name == "aws-beta" || name == "aws-prod"
	return len(list) == 0 || slices.Contains(list, name) || member && slices.Contains(list, any("everywhere"))
}

// commitsByAuthor are commits whose author is ada@example.com; and none of others.
func commitsByAuthor(args map[string]any) (any, error) {
	filter, _ := args["filter"].(map[string]any)
	if filter["authorEmail"] != "ada@example.com" || filter["repository"] != nil && filter["repository"] != "cyber-dojo/runner" {
		return Connection()(args)
	}
	line := func(sha, subject, when string, where ...Object) Object {
		c := storyCommit(sha, subject, false)
		c["committedAt"] = when
		return withWhereabouts(c, where...)
	}
	commits := []Object{
		line(squashSHA, "Faster (#277)", "2022-09-06T11:00:00Z", waysOfFlows()...),
		line(docsSHA, "Explain how replicas are counted", "2022-09-05T11:00:00Z", noFlow()...),
		line(runnerSHA, "ecs: run 3 replicas", at("22T09:33:51"), storyWhereabouts()...),
	}
	since, _ := filter["since"].(string)
	return Connection(slices.DeleteFunc(commits, func(c Object) bool { return c["committedAt"].(string) < since })...)(args)
}

// commitRange knows the commits from runner:85d83c6 to runner:16d9990, and from v1.1
// to v1.2, of which there are many.
func commitRange(args map[string]any) (any, error) {
	old, runner := changedCommit("85d83c6", "Cache images", "Grace Hopper"), changedCommit("16d9990", "Run tests in parallel", "Ada Lovelace")
	runner["issueKeys"] = []string{"CD-12"}
	runner["pullRequests"] = Connection(Object{"number": 276, "title": "Run 3 replicas", "url": "https://github.com/cyber-dojo/runner/pull/276", "state": "MERGED"})
	between := func(relation string, added, removed []Object) Object {
		return Object{
			"__typename": "CommitRange", "from": old, "to": runner, "relation": relation, "ahead": len(added), "behind": len(removed),
			"added": Connection(added...), "removed": Connection(removed...),
		}
	}
	exact := func(c Object) string { return "cyber-dojo/runner@" + text(c["sha"]) }
	switch fmt.Sprint(args["from"], " ", args["to"]) {
	case "runner:85d83c6 runner:16d9990":
		return between("DIVERGED", []Object{runner}, []Object{old}), nil
	case "v1.1 v1.2", exact(old) + " " + exact(runner):
		return between("AHEAD", manyCommits(45), nil), nil
	case "v1.0 v1.2":
		return Object{
			"__typename": "CommitRange", "to": runner, "relation": "UNKNOWN", "reason": "the history between them has a hole",
			"added": Connection(), "removed": Connection(),
		}, nil
	case "a0000 16d9990":
		return commitByRef("a0000")
	}
	return nil, &Error{"NOT_FOUND", fmt.Sprintf("no commit is %v", args["from"])}
}

// changedCommit is a commit that a change brings or takes away.
func changedCommit(sha, subject, author string) Object {
	return Object{
		"sha": sha + "ad23a40eecaf087abac2a58a2d2a4b3f4", "shortSha": sha, "repository": Object{"name": "cyber-dojo/runner"}, "subject": subject, "authorName": author,
		"committedAt": at("22T09:30:00"), "url": "https://github.com/cyber-dojo/runner/commit/" + sha + "ad23a40eecaf087abac2a58a2d2a4b3f4",
		"issueKeys": []string{}, "pullRequests": Connection(),
	}
}

// manyCommits are commits in a row, the newest first.
func manyCommits(n int) []Object {
	commits := make([]Object, n)
	for i := range commits {
		commits[i] = changedCommit(fmt.Sprintf("%07x", n-i), fmt.Sprintf("Step %d", n-i), "Ada Lovelace")
	}
	return commits
}
