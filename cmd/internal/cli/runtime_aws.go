package cli

import (
	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/agent"
)

const awsLong = "Credentials come as for any program of AWS: variables, the shared configuration, or the\n" +
	"role of the task, function or instance. If one region or account cannot be seen,\n" +
	"nothing is reported: a part would look like the rest having stopped."

func addAWS(cmd *cobra.Command, opts *agent.AWS) {
	stringFlag(cmd, &opts.Profile, "profile", "`name` of the profile in the shared configuration")
	stringsFlag(cmd, &opts.Regions, "region", "look in this `region` (default that of the configuration)")
	stringsFlag(cmd, &opts.Roles, "role", "look with this role, by its `ARN`, as in another account")
}

func newECSCmd(app *App, i *inspection) *cobra.Command {
	var opts agent.ECS
	cmd := i.command(app, "ecs", "the tasks of Amazon ECS", awsLong,
		[]string{"ecs aws-prod --cluster prod", "ecs aws-prod --cluster 'prod-*' --exclude-service 'job-*' --region eu-central-1,eu-west-1"},
		func(name string) agent.Environment { return agent.Environment{Name: name, ECS: &opts} })
	addAWS(cmd, &opts.AWS)
	stringsFlag(cmd, &opts.Clusters, "cluster", "only tasks in this cluster: `name or pattern`")
	stringsFlag(cmd, &opts.ExcludeClusters, "exclude-cluster", "no tasks in this cluster: `name or pattern`")
	stringsFlag(cmd, &opts.Services, "service", "only tasks of this service: `name or pattern`")
	stringsFlag(cmd, &opts.ExcludeServices, "exclude-service", "no tasks of this service: `name or pattern`")
	resolveFlag(cmd, &opts.ResolveIndex)
	return cmd
}

func newLambdaCmd(app *App, i *inspection) *cobra.Command {
	var opts agent.Lambda
	cmd := i.command(app, "lambda", "the functions of AWS Lambda",
		"A function is known by the SHA-256 of the zip file that was uploaded, or by the digest\n"+
			"of its image.\n\n"+awsLong,
		[]string{"lambda functions-prod --function 'shop-*'"},
		func(name string) agent.Environment { return agent.Environment{Name: name, Lambda: &opts} })
	addAWS(cmd, &opts.AWS)
	stringsFlag(cmd, &opts.Functions, "function", "only this function: `name or pattern`")
	stringsFlag(cmd, &opts.ExcludeFunctions, "exclude-function", "not this function: `name or pattern`")
	return cmd
}

func newS3Cmd(app *App, i *inspection) *cobra.Command {
	var opts agent.S3
	cmd := i.command(app, "s3", "the content of a bucket of Amazon S3",
		"All objects together are one artifact, with the fingerprint that a directory of the\n"+
			"same files has (landfall fingerprint DIR). What did not change is not read again.\n\n"+awsLong,
		[]string{"s3 website --bucket www.example.com --exclude 'logs/'"},
		func(name string) agent.Environment { return agent.Environment{Name: name, S3: &opts} })
	addAWS(cmd, &opts.AWS)
	stringFlag(cmd, &opts.Bucket, "bucket", "`name` of the bucket")
	require(cmd, "bucket")
	stringsFlag(cmd, &opts.Includes, "include", "only objects whose key this `glob` fits")
	excludeFlag(cmd, &opts.Excludes, "leave out objects whose key this `glob` fits; may be repeated")
	return cmd
}
