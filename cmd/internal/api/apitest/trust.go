package apitest

func trustRepository(args map[string]any) (any, error) {
	in := input(args)
	return Object{"repository": Object{"name": in["repository"], "trusted": true, "trustedBranch": in["branch"]}}, nil
}

func distrustRepository(args map[string]any) (any, error) {
	return Object{"repository": Object{"name": input(args)["repository"], "trusted": false}}, nil
}
