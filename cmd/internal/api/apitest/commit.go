package apitest

import (
	"fmt"
	"maps"
)

const runnerSHA = "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4"

// storyCommit is a commit of the story; complete if it is known what it was made
// from.
func storyCommit(sha, subject string, complete bool) Object {
	c := Object{
		"__typename": "Commit", "sha": sha, "shortSha": sha[:7], "repository": Object{"name": "cyber-dojo/runner"},
		"url": "https://github.com/cyber-dojo/runner/commit/" + sha, "subject": subject, "authorName": "", "committedAt": at("20T09:30:00"),
		"parents": []string{}, "parentsComplete": complete, "artifacts": Connection(), "builds": Connection(), "pullRequests": Connection(),
	}
	if complete {
		c["authorName"], c["committedAt"] = "JonJagger", at("22T09:33:51")
		c["parents"] = []string{"85d83c6ab8e0ce800baeef3dfa4fa9f6eee338a4"}
		built := maps.Clone(storyArtifacts()[0])
		built["runningIn"] = Connection(
			Object{"snapshot": Object{"ref": "aws-beta#84", "environment": Object{"name": "aws-beta"}}, "replicas": 3, "runningSince": at("22T09:38:20")},
			Object{"snapshot": Object{"ref": "aws-prod#65", "environment": Object{"name": "aws-prod"}}, "replicas": 3, "runningSince": at("22T09:39:17")},
		)
		c["artifacts"] = Connection(built)
		c["pullRequests"] = Connection(Object{
			"number": 276, "title": "Run 3 replicas", "url": "https://github.com/cyber-dojo/runner/pull/276", "state": "MERGED",
		})
		c["builds"] = Connection(
			Object{
				"workflow": "CI", "attempt": 2, "url": "https://github.com/cyber-dojo/runner/actions/runs/2902808452/attempts/2", "state": "RUNNING",
				"startedAt": at("22T09:40:00"),
			},
			Object{
				"workflow": "CI", "attempt": 1, "url": "https://github.com/cyber-dojo/runner/actions/runs/2902808452", "state": "SUCCEEDED",
				"startedAt": at("22T09:34:00"), "finishedAt": at("22T09:39:00"),
			})
	}
	return c
}

func commitByRef(ref any) (any, error) {
	runner := withWhereabouts(storyCommit(runnerSHA, "ecs: run 3 replicas", true), storyWhereabouts()...)
	runner["cherryPicks"] = Connection(storyCommit(pickSHA, "ecs: run 3 replicas", false))
	old := storyCommit("85d83c6ab8e0ce800baeef3dfa4fa9f6eee338a4", "Bump the base image", false)
	switch ref {
	case "16d9990", "#276", "cyber-dojo/runner#276", "cyber-dojo/runner@" + runnerSHA:
		return runner, nil
	case "85d83c6":
		return old, nil
	case "main":
		head := withWhereabouts(storyCommit("277aa00b7c6a5d4e3f2a1b0c9d8e7f6a5b4c3d2e", "Faster", false), waysOfFlows()...)
		head["cherryPicks"] = Connection(storyCommit(squashSHA, "Faster (#277)", false)) // what it became is told once
		return head, nil
	case "v1.2":
		return withWhereabouts(storyCommit(docsSHA, "Explain how replicas are counted", false), noFlow()...), nil
	case "v1.1":
		return withWhereabouts(old), nil
	case "a0000":
		return Object{
			"__typename": "AmbiguousCommit", "askedFor": "a0000", "summary": "a0000 fits 2 commits: write more digits",
			"candidates": []Object{runner, old},
		}, nil
	case "x":
		return nil, &Error{"INVALID", `"x" is not a reference to a commit: write 16d9990 or cyber-dojo/runner@16d9990`}
	}
	return nil, &Error{"NOT_FOUND", fmt.Sprintf("no commit is %v", ref)}
}
