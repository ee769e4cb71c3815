package graph

import (
	"reflect"

	"github.com/landfall-dev/landfall/graph/generated"
	"github.com/landfall-dev/landfall/model"
)

// costLimit is the most that one operation may cost. A page of 100 flows with
// 100 artifacts each, and ten fields of each, costs 100,000.
const costLimit = 100_000

// bodyCost is what the body of a delivery costs, which may have 26 MiB: three of
// them fit into one operation.
const bodyCost = 30_000

// pathsCost is what the files that a commit touches cost, which may be 3000.
const pathsCost = 100

// metricsCost is what metrics cost, for which all that ran is looked at: those of a
// hundred flows fit into one operation.
const metricsCost = 500

// runningCost is how many versions of a flow are counted in an environment. Nearly always
// one runs, or two while one takes the place of the other.
const runningCost = 3

// What replicas over time cost. Lists of steps count as of a hundred, and the whole as
// often as it may have hundreds. A number in a list costs a tenth of what a field does;
// five versions are counted of a flow: there may be many, and few run for long.
const (
	replicasCost       = 500
	replicaStepsAtOnce = 100
	replicaNumbersCost = replicaStepsAtOnce / 10
	replicaVersions    = 5
)

// maxMetricsSteps is how many steps a series has at most: the days of two years.
const maxMetricsSteps = 750

// pageCost is the number of members that a page may have. It is bounded before
// anything is multiplied by it, so that no argument can make the product wrap.
func pageCost(first *int) int {
	if first == nil {
		return model.DefaultPageSize
	}
	return min(max(*first, 1), model.MaxPageSize)
}

// listCost is what a list costs whose members cost so much each; costs beyond
// the limit are all the same.
func listCost(members, each int) int {
	return 1 + members*min(each, costLimit)
}

// complexity makes the cost of every field that leads to a list follow from the
// length of the list. Such fields are known by their argument `first`, which is
// the only nullable number in the API, and by the name of plain lists.
func complexity() generated.ComplexityRoot {
	var root generated.ComplexityRoot
	types := reflect.ValueOf(&root).Elem()
	for i := range types.NumField() {
		fields := types.Field(i)
		for j := range fields.NumField() {
			name, field := fields.Type().Field(j).Name, fields.Field(j)
			switch first := firstArgument(field.Type()); {
			case first > 0:
				field.Set(reflect.MakeFunc(field.Type(), func(args []reflect.Value) []reflect.Value {
					cost := listCost(pageCost(args[first].Interface().(*int)), int(args[0].Int()))
					return []reflect.Value{reflect.ValueOf(cost)}
				}))
			case name == "Candidates":
				field.Set(reflect.ValueOf(func(each int) int { return listCost(model.MaxCandidates, each) }))
			}
		}
	}
	root.Notification.History = func(each int) int { return listCost(model.MaxNotificationAttempts, each) }
	root.Flow.InEnvironments = func(each int, environments []string) int {
		return listCost(min(len(environments), model.MaxFlowEnvironments), each)
	}
	root.FlowInEnvironment.Running = func(each int) int { return listCost(runningCost, each) }
	root.Environment.Replicas = func(each int, _ model.TimeRangeInput, steps int) int {
		hundreds := (min(max(steps, 1), model.MaxReplicaSteps) + replicaStepsAtOnce - 1) / replicaStepsAtOnce
		return replicasCost + hundreds*min(each, costLimit)
	}
	root.ReplicaSeries.Steps = func(each int) int { return listCost(replicaStepsAtOnce, each) }
	for _, numbers := range []*func(int) int{&root.FlowReplicas.Replicas, &root.FlowReplicas.Lowest, &root.FlowReplicas.Highest, &root.VersionReplicas.Replicas} {
		*numbers = func(int) int { return replicaNumbersCost }
	}
	root.FlowReplicas.Versions = func(each int) int { return listCost(replicaVersions, each) }
	root.Commit.Paths = func(int) int { return pathsCost }
	root.Flow.Metrics = func(each int, _ string, _ model.TimeRangeInput, _ model.MetricsStep, _ model.HotfixRule) int {
		return metricsCost + each
	}
	root.Organization.Metrics = func(each int, _ string, _ model.TimeRangeInput, _ model.MetricsStep, _ []*model.Tag, _ model.HotfixRule) int {
		return metricsCost + each
	}
	root.DeliveryMetrics.Series = func(each int) int { return listCost(maxMetricsSteps, each) }
	root.Delivery.Body = func(int) int { return bodyCost }
	return root
}

// firstArgument is the place of the argument `first` of a field; 0 if it has none.
func firstArgument(field reflect.Type) int {
	for i := 1; i < field.NumIn(); i++ {
		if field.In(i) == reflect.TypeFor[*int]() {
			return i
		}
	}
	return 0
}
