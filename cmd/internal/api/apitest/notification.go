package apitest

// storyNotifications are the places that are told of events.
func storyNotifications() []Object {
	return []Object{
		{
			"id": "notification_deploys", "name": "deploys", "format": "SLACK", "host": "hooks.slack.example", "kinds": []string{}, "environments": []string{"aws-prod"},
			"flows": []string{}, "createdAt": at("22T09:00:00"), "failing": true, "reason": "answered 502 Bad Gateway", "lastSentAt": at("22T10:00:00"),
			"history": []Object{
				{"at": at("23T10:00:00"), "events": 2, "status": 502, "reason": "answered 502 Bad Gateway"},
				{"at": at("22T10:00:00"), "events": 1, "status": 200, "reason": nil},
				{"at": at("22T09:30:00"), "events": 0, "status": nil, "reason": "refuses connections"},
			},
		},
		{
			"id": "notification_ours", "name": "ours", "format": "WEBHOOK", "host": "hooks.example.com", "kinds": []string{"SCALED"}, "environments": []string{},
			"flows": []string{"runner"}, "createdAt": at("22T09:00:00"), "failing": false, "reason": nil, "lastSentAt": nil, "history": []Object{},
		},
	}
}

func notification(args map[string]any) (any, error) {
	for _, n := range storyNotifications() {
		if n["name"] == args["name"] {
			return n, nil
		}
	}
	return nil, &Error{"NOT_FOUND", "notification does not exist"}
}

func createNotification(args map[string]any) (any, error) {
	in := input(args)
	var secret any
	if in["format"] == "WEBHOOK" {
		secret = "lfn_made_by_the_server"
	}
	n := Object{
		"id": "notification_new", "name": in["name"], "format": in["format"], "host": "hooks.example.com", "kinds": listOf(in["kinds"]), "environments": listOf(in["environments"]),
		"flows": listOf(in["flows"]), "createdAt": at("24T18:00:00"), "failing": false, "reason": nil, "lastSentAt": nil, "history": []Object{},
	}
	return Object{"notification": n, "secret": secret}, nil
}

func listOf(value any) any {
	if value == nil {
		return []string{}
	}
	return value
}

func deleteNotification(args map[string]any) (any, error) {
	return Object{"deletedNotificationId": input(args)["notificationId"]}, nil
}

func testNotification(args map[string]any) (any, error) {
	if input(args)["notificationId"] == "notification_deploys" {
		return Object{"notification": storyNotifications()[0], "sent": false, "reason": "answered 502 Bad Gateway"}, nil
	}
	return Object{"notification": storyNotifications()[1], "sent": true, "reason": nil}, nil
}
