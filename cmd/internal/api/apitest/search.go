package apitest

import (
	"slices"
	"strings"
)

// search finds one of each kind by "all", and else what has the text in what it is
// found by.
func search(args map[string]any) (any, error) {
	text, _ := args["text"].(string)
	kinds, _ := args["kinds"].([]any)
	const sha = "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4"
	repository := Object{"name": "cyber-dojo/runner"}
	match := func(kind, by, matched, summary, typeName string, target Object) Object {
		target["__typename"] = typeName
		return Object{"kind": kind, "matchedBy": by, "matched": matched, "summary": summary, "target": target}
	}
	all := []Object{
		match("FLOW", "NAME", "runner", "flow runner: Test runner", "Flow", Object{"name": "runner"}),
		match("ENVIRONMENT", "NAME", "aws-prod", "environment aws-prod", "Environment", Object{"name": "aws-prod"}),
		match("REPOSITORY", "NAME", "cyber-dojo/runner", "repository cyber-dojo/runner", "Repository", Object{"name": "cyber-dojo/runner"}),
		match("ARTIFACT", "TAG", "cyberdojo/runner:16d9990", "artifact cyberdojo/runner:16d9990: flow runner", "Artifact", Object{"ref": "runner@" + runnerPrint}),
		match("COMMIT", "SHA", sha, "commit 16d9990 of cyber-dojo/runner: Run tests in parallel", "Commit", Object{"sha": sha, "repository": repository}),
		match("PULL_REQUEST", "NUMBER", "#276", "pull request #276 of cyber-dojo/runner: Faster", "PullRequest", Object{"number": 276, "repository": repository}),
		match("RUNNING_ARTIFACT", "NAME", "redis:7", "redis:7: runs in aws-prod#96, of no flow", "RunningArtifact", Object{"snapshot": Object{"ref": "aws-prod#96"}}),
	}
	found := slices.DeleteFunc(all, func(m Object) bool {
		return text != "all" && !strings.Contains(m["matched"].(string), text) || len(kinds) > 0 && !slices.Contains(kinds, m["kind"])
	})
	return Connection(found...)(args)
}
