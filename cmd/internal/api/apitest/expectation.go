package apitest

// The story's bug: one replica where three should be.
func storyBreach() Object {
	return Object{
		"summary": "runner has 1 replica in aws-prod, expected at least 3", "found": 1, "environment": Object{"name": "aws-prod"},
		"startedAt": at("20T20:32:47"), "startedIn": Object{"ref": "aws-prod#64"}, "endedAt": nil, "endedIn": nil,
	}
}

func pastBreach() Object {
	breach := storyBreach()
	breach["endedAt"], breach["endedIn"] = at("22T09:39:22"), Object{"ref": "aws-prod#65"}
	return breach
}

func expectation(summary, kind, state string, breach any) Object {
	return Object{"summary": summary, "kind": kind, "state": state, "createdAt": at("01T08:00:00"), "breach": breach}
}

// storyExpectations are what is expected of every environment of the story.
func storyExpectations() Resolver {
	return Connection(expectation("runner: at least 3", "REPLICAS", "BREACHED", storyBreach()), expectation("known provenance, except shas*", "PROVENANCE", "MET", nil))
}

func breaches(args map[string]any) (any, error) {
	if args["ongoing"] == true {
		return Connection(storyBreach())(args)
	}
	return Connection(storyBreach(), pastBreach())(args)
}

func createExpectation(args map[string]any) (any, error) {
	switch expect := input(args)["expect"]; expect {
	case "runner: at least 3":
		return Object{"created": false, "expectation": expectation("runner: at least 3", "REPLICAS", "BREACHED", storyBreach())}, nil
	case "runner: at most 5":
		return Object{"created": true, "expectation": expectation("runner: at most 5", "REPLICAS", "MET", nil)}, nil
	default:
		return nil, &Error{"INVALID", `"three runners" is not understood. Write it as one of: ` + "`runner: at least 3`"}
	}
}

func removeExpectation(args map[string]any) (any, error) {
	return Object{"expectation": expectation(input(args)["expect"].(string), "REPLICAS", "MET", nil)}, nil
}
