package apitest

import (
	"fmt"
	"strings"
)

// storyDeliveries are what came in by webhook, newest first.
func storyDeliveries() []Object {
	headers := func(event string) []Object {
		return []Object{{"name": "X-GitHub-Event", "value": event}, {"name": "User-Agent", "value": "GitHub-Hookshot/044aadd"}}
	}
	return []Object{
		{
			"__typename": "Delivery", "id": "delivery_four", "source": "GITHUB", "sourceId": "72d3162e-cc78-11e3-81ab-4c9367dc0958", "event": "workflow_run",
			"repository": "cyber-dojo/runner", "receivedAt": at("24T17:59:00"), "state": "WAITING",
			"reason": "the database did not answer in time", "nextAttemptAt": at("24T18:00:30"), "attempts": 6, "size": 48212,
			"headers": headers("workflow_run"), "body": "{\"action\": \"completed\"}\n",
		},
		{
			"__typename": "Delivery", "id": "delivery_three", "source": "GITHUB", "sourceId": "6d2c1f8e-22d5-11ed-8f0e-3f4b1b7d9a10", "event": "push",
			"repository": "cyber-dojo/shas", "receivedAt": at("22T09:40:00"), "state": "FAILED",
			"reason": "not understood: after is \"16d9990\", and must be the SHA of a commit, which has 40 digits or 64", "attempts": 1, "size": 9,
			"headers": headers("push"), "body": "{\"esc\": \"\x1b[31m\"}",
		},
		{
			"__typename": "Delivery", "id": "delivery_two", "source": "DOCKER_HUB", "sourceId": "sha256-of-its-body", "event": "push",
			"receivedAt": at("22T09:35:30"), "state": "IGNORED", "reason": "no flow is called shas", "attempts": 1, "size": 812, "headers": []Object{},
		},
		{
			"__typename": "Delivery", "id": "delivery_one", "source": "GITHUB", "sourceId": "5be0b0a2-22d4-11ed-9d0c-0f3a6d0a2d11", "event": "push",
			"repository": "cyber-dojo/runner", "receivedAt": at("22T09:33:00"), "state": "APPLIED", "attempts": 1, "size": 7120,
			"headers": headers("push"), "body": "{}",
		},
	}
}

// deliveries answers with those that a filter fits.
func deliveries(args map[string]any) (any, error) {
	filter, _ := args["filter"].(map[string]any)
	var fitting []Object
	for _, d := range storyDeliveries() {
		if among(filter["states"], d["state"]) && among(filter["sources"], d["source"]) && among(filter["events"], d["event"]) &&
			(filter["sourceId"] == nil || filter["sourceId"] == d["sourceId"]) &&
			(filter["repository"] == nil || filter["repository"] == d["repository"]) &&
			text(d["receivedAt"]) >= text(filter["since"]) {
			fitting = append(fitting, d)
		}
	}
	return Connection(fitting...)(args)
}

func among(list, value any) bool {
	values, ok := list.([]any)
	if !ok || len(values) == 0 {
		return true
	}
	for _, v := range values {
		if v == value {
			return true
		}
	}
	return false
}

// node answers with what has an id: deliveries, so far.
func node(args map[string]any) (any, error) {
	return deliveryByID(args["id"])
}

func deliveryByID(id any) (Object, error) {
	for _, d := range storyDeliveries() {
		if d["id"] == id {
			return d, nil
		}
	}
	return nil, &Error{"NOT_FOUND", "the delivery does not exist, or was pruned"}
}

func replayDelivery(args map[string]any) (any, error) {
	d, err := deliveryByID(input(args)["deliveryId"])
	if err != nil {
		return nil, err
	}
	d["state"], d["reason"], d["nextAttemptAt"], d["attempts"] = "APPLIED", nil, nil, 1
	return Object{"delivery": d}, nil
}

// replayDeliveries answers in two parts, so that who asks has to ask again.
func replayDeliveries(args map[string]any) (any, error) {
	in := input(args)
	if filter, _ := in["filter"].(map[string]any); len(filter) == 0 {
		return nil, &Error{"INVALID", "the filter fits every delivery"}
	}
	if in["after"] == nil {
		return Object{"count": 10000, "more": true, "endCursor": "10000"}, nil
	}
	return Object{"count": 2, "more": false, "endCursor": "10002"}, nil
}

func pruneDeliveries(args map[string]any) (any, error) {
	if states := fmt.Sprint(input(args)["states"]); strings.Contains(states, "FAILED") {
		return Object{"count": 1, "more": false}, nil
	}
	return Object{"count": 3127, "more": false}, nil
}

func rotateWebhookSecret(args map[string]any) (any, error) {
	in := input(args)
	return Object{"url": webhookURL(in), "secret": or(in["secret"], "made-by-the-server"), "formerExpiresAt": at("25T18:00:00")}, nil
}

// webhookURL is where a forge is to send its deliveries. That of Docker Hub has the
// secret in it.
func webhookURL(in map[string]any) string {
	url := "https://landfall.example/webhooks/" + text(in["organization"]) + "/" + strings.ToLower(strings.ReplaceAll(text(in["forge"]), "_", "-"))
	if in["forge"] == "DOCKER_HUB" {
		url += "/" + or(in["secret"], "made-by-the-server")
	}
	return url
}
