package apitest

import "fmt"

// storyMutation answers mutations as if they came after the story: what the
// story has is there already, and nothing is kept.
func storyMutation() Object {
	return Object{
		"createFlow":         Resolver(createFlow),
		"updateFlow":         Resolver(updateFlow),
		"createEnvironment":  Resolver(createEnvironment),
		"updateEnvironment":  Resolver(updateEnvironment),
		"archiveEnvironment": Resolver(archiveEnvironment),
		"createToken":        Resolver(createToken),
		"createWebhook":      Resolver(createWebhook),

		"createExpectation":   Resolver(createExpectation),
		"removeExpectation":   Resolver(removeExpectation),
		"rotateWebhookSecret": Resolver(rotateWebhookSecret),
		"trustRepository":     Resolver(trustRepository),
		"distrustRepository":  Resolver(distrustRepository),
		"replayDelivery":      Resolver(replayDelivery),
		"replayDeliveries":    Resolver(replayDeliveries),
		"pruneDeliveries":     Resolver(pruneDeliveries),

		"createNotification": Resolver(createNotification),
		"deleteNotification": Resolver(deleteNotification),
		"testNotification":   Resolver(testNotification),

		"updateOrganization": Resolver(updateOrganization),
		"reportCommits":      Resolver(reportCommits),
		"reportArtifact":     Resolver(reportArtifact),
		"reportAttestation":  Resolver(reportAttestation),
		"reportDeployment":   Resolver(reportDeployment),
	}
}

func input(args map[string]any) map[string]any {
	in, _ := args["input"].(map[string]any)
	return in
}

func text(value any) string {
	s, _ := value.(string)
	return s
}

func or(value any, fallback string) string {
	if s := text(value); s != "" {
		return s
	}
	return fallback
}

func createFlow(args map[string]any) (any, error) {
	in := input(args)
	name := text(in["name"])
	switch name {
	case "runner":
		return Object{"flow": storyFlows()[8], "created": false}, nil
	case "web":
		return nil, &Error{"CONFLICT", `flow "web" is there already and says something else`}
	case "bad name":
		return nil, &Error{"INVALID", `"bad name" is not a name for a flow`}
	case "huge":
		return nil, &Error{"TOO_LARGE", "the request is too large"}
	case "secret":
		return nil, &Error{"FORBIDDEN", "your role is READER; this needs MEMBER"}
	case "broken":
		return nil, fmt.Errorf("internal error")
	}
	flow := Object{
		"name": name, "description": text(in["description"]), "visibility": "PUBLIC",
		"requiredEvidence": in["requiredEvidence"], "paths": in["paths"], "tags": tagsOf(in["tags"]), "createdAt": at("24T18:00:00"),
	}
	if repository := text(in["repository"]); repository != "" {
		flow["repository"] = Object{"name": repository}
	}
	return Object{"flow": flow, "created": true}, nil
}

func updateFlow(args map[string]any) (any, error) {
	in := input(args)
	found, err := named("flow", storyFlows(), in["flow"])
	if err != nil {
		return nil, err
	}
	flow := found.(Object)
	if in["setTags"] != nil {
		flow["tags"] = tagsOf(in["setTags"])
	}
	return Object{"flow": flow}, nil
}

func createEnvironment(args map[string]any) (any, error) {
	in := input(args)
	return Object{"created": in["name"] != "aws-prod", "environment": Object{
		"name": in["name"], "type": in["type"], "description": text(in["description"]), "tags": tagsOf(in["tags"]),
		"createdAt": at("24T18:00:00"), "snapshots": Connection(), "reporting": Object{"state": "NEVER", "silentAfterSeconds": in["silentAfterSeconds"]},
	}}, nil
}

func tagsOf(given any) []Object {
	tags := []Object{}
	list, _ := given.([]any)
	for _, t := range list {
		tag, _ := t.(map[string]any)
		tags = append(tags, Object{"key": tag["key"], "value": tag["value"]})
	}
	return tags
}

func updateEnvironment(args map[string]any) (any, error) {
	in := input(args)
	found, err := named("environment", storyEnvironments(), in["environment"])
	if err != nil {
		return nil, err
	}
	environment := found.(Object)
	for _, field := range []string{"name", "description"} {
		if in[field] != nil {
			environment[field] = in[field]
		}
	}
	if in["setTags"] != nil {
		environment["tags"] = tagsOf(in["setTags"])
	}
	if seconds, ok := in["silentAfterSeconds"]; ok {
		environment["reporting"] = Object{"state": "CURRENT", "lastReportedAt": at("24T16:12:28"), "silentAfterSeconds": seconds}
	}
	return Object{"environment": environment}, nil
}

func archiveEnvironment(args map[string]any) (any, error) {
	in := input(args)
	found, err := named("environment", storyEnvironments(), in["environment"])
	if err != nil {
		return nil, err
	}
	if in["archived"] == true {
		found.(Object)["archivedAt"] = at("24T18:00:00")
	}
	return Object{"environment": found}, nil
}

func createToken(args map[string]any) (any, error) {
	in := input(args)
	return Object{"secret": "lf_made_for_this_test_abcd", "token": Object{
		"name": in["name"], "role": in["role"], "hint": "abcd", "createdAt": at("24T18:00:00"), "expiresAt": in["expiresAt"],
	}}, nil
}

func createWebhook(args map[string]any) (any, error) {
	in := input(args)
	return Object{
		"url":    webhookURL(in),
		"secret": or(in["secret"], "made-by-the-server"), "created": true,
	}, nil
}

func updateOrganization(args map[string]any) (any, error) {
	in := input(args)
	return Object{"organization": Object{
		"name": in["organization"], "visibility": or(in["visibility"], "PRIVATE"), "createsEnvironments": in["createsEnvironments"] == true,
	}}, nil
}

func reportCommits(args map[string]any) (any, error) {
	commits, _ := input(args)["commits"].([]any)
	return Object{"added": len(commits)}, nil
}

func reportArtifact(args map[string]any) (any, error) {
	in := input(args)
	if in["fingerprint"] == runnerPrint {
		return Object{"artifact": storyArtifacts()[0], "created": false}, nil
	}
	return Object{"created": true, "artifact": Object{
		"ref": text(in["flow"]) + "@" + text(in["fingerprint"]), "fingerprint": in["fingerprint"], "name": in["name"],
		"flow": Object{"name": in["flow"]}, "commitSha": in["commit"], "buildUrl": in["buildUrl"],
		"createdAt": or(in["at"], at("24T18:00:00")), "state": "INCOMPLETE",
	}}, nil
}

func reportAttestation(args map[string]any) (any, error) {
	in := input(args)
	evidence, _ := in["evidence"].(map[string]any)
	generic, _ := evidence["generic"].(map[string]any)
	return Object{"created": true, "attestation": Object{
		"__typename": "GenericAttestation",
		"name":       in["name"], "compliant": generic["compliant"], "flow": Object{"name": in["flow"]},
		"fingerprint": in["fingerprint"], "at": or(in["at"], at("24T18:00:00")), "url": in["url"],
		"description": text(in["description"]),
	}}, nil
}

func reportDeployment(args map[string]any) (any, error) {
	in := input(args)
	answer, err := artifactByRef(storyArtifacts(), in["artifact"])
	if err != nil {
		return nil, err
	}
	artifact, _ := answer.(Object)
	if artifact["__typename"] == "AmbiguousArtifact" {
		return nil, &Error{"AMBIGUOUS", text(artifact["summary"])}
	}
	return Object{"created": true, "deployment": Object{
		"number": 20, "flow": artifact["flow"], "artifact": artifact, "environment": Object{"name": in["environment"]},
		"createdAt": or(in["at"], at("24T18:00:00")), "url": in["url"],
	}}, nil
}
