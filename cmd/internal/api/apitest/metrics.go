package apitest

import "maps"

// storyMetrics answers for what was delivered to aws-prod in August; of any other
// environment, that nothing was.
func storyMetrics(args map[string]any) (any, error) {
	during, _ := args["during"].(map[string]any)
	if during["from"] == "soon" {
		return nil, &Error{"INVALID", `"soon" is not a moment: write 2022-08-22, 2.weeks.ago or now`}
	}
	environment, _ := args["environment"].(string)
	m := Object{
		"environment": Object{"name": environment}, "from": at("15T00:00:00"), "to": at("29T00:00:00"),
		"total": figures("15T00:00:00", "29T00:00:00", nil), "series": []Object{}, "excluded": []Object{}, "changes": Connection(),
	}
	if environment != "aws-prod" {
		return m, nil
	}
	measured := Object{
		"changes": 3, "changesPerDay": 0.21428571428571427, "judged": 2, "failures": 1, "failureRate": 0.5,
		"leadTime": duration(12, 11532, 90061), "timeToRestore": duration(1, 3600, 3600),
		"stages": []Object{{"stage": "COMMIT_TO_BUILD", "duration": duration(3, 25, 61)}, {"stage": "DEPLOYMENT_TO_RUNNING", "duration": duration(2, 0, 300)}},
	}
	m["total"] = figures("15T00:00:00", "29T00:00:00", measured)
	m["series"] = []Object{figures("15T00:00:00", "22T00:00:00", nil), figures("22T00:00:00", "29T00:00:00", measured)}
	m["excluded"] = []Object{{"reason": "FIRST_DEPLOYMENT", "count": 1}, {"reason": "UNKNOWN_COMMIT", "count": 1}, {"reason": "ANCESTRY_INCOMPLETE", "count": 2}}
	m["changes"] = Connection(storyChanges()...)
	return m, nil
}

func duration(count, median, p90 int) Object {
	return Object{"count": count, "medianSeconds": median, "p90Seconds": p90}
}

// figures are those of a stretch of time in which nothing happened but what is given.
func figures(from, to string, measured Object) Object {
	f := Object{"from": at(from), "to": at(to), "changes": 0, "changesPerDay": 0.0, "stages": []Object{}, "judged": 0, "failures": 0}
	maps.Copy(f, measured)
	return f
}

// storyChanges are one that failed, and the first of its flow, whose artifact has the
// name of a formula.
func storyChanges() []Object {
	made := storyArtifacts()
	formula := maps.Clone(made[1])
	formula["name"] = `=HYPERLINK("https://x.example", "runner")`
	return []Object{
		{
			"flow": Object{"name": "runner"}, "artifact": made[0], "snapshot": Object{"ref": "aws-prod#65"}, "replaced": made[1], "newCommits": 2,
			"leadTime": duration(2, 300, 562), "committedAt": at("22T09:30:00"), "buildStartedAt": at("22T09:31:00.25"), "builtAt": at("22T09:35:00"),
			"deployedAt": at("22T09:38:21"), "runningAt": at("22T09:39:22"), "failure": "ROLLED_BACK", "restoredAt": at("24T16:12:28"),
		},
		{
			"flow": Object{"name": "runner"}, "artifact": formula, "snapshot": Object{"ref": "aws-prod#1"}, "builtAt": at("20T09:35:00"),
			"runningAt": at("20T09:41:00"), "excluded": "FIRST_DEPLOYMENT",
		},
	}
}
