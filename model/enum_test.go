package model_test

import (
	"io"
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/model"
)

// enum is what a test needs of an enum whose type it does not know.
type enum struct {
	values []interface{ MarshalGQL(io.Writer) }
	read   func(any) (interface{ MarshalGQL(io.Writer) }, error)
}

func enumOf[E interface {
	comparable
	MarshalGQL(io.Writer)
}, P interface {
	*E
	UnmarshalGQL(any) error
}](values ...E) enum {
	e := enum{read: func(in any) (interface{ MarshalGQL(io.Writer) }, error) {
		var v E
		err := P(&v).UnmarshalGQL(in)
		return v, err
	}}
	for _, v := range values {
		e.values = append(e.values, v)
	}
	return e
}

func TestEnums(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		enum  enum
		names string // as the schema has them
	}{
		"BuildState":       {enumOf(buildStates...), "QUEUED RUNNING SUCCEEDED FAILED CANCELLED TIMED_OUT SKIPPED"},
		"ComplianceState":  {enumOf(model.Compliant, model.NonCompliant, model.Incomplete), "COMPLIANT NON_COMPLIANT INCOMPLETE"},
		"RequirementState": {enumOf(model.RequirementMet, model.RequirementFailed, model.RequirementMissing), "MET FAILED MISSING"},
		"Visibility":       {enumOf(model.VisibilityPublic, model.VisibilityPrivate), "PUBLIC PRIVATE"},
		"Role":             {enumOf(model.RoleReader, model.RoleReporter, model.RoleMember, model.RoleAdmin), "READER REPORTER MEMBER ADMIN"},
		"Forge":            {enumOf(model.ForgeGitHub), "GITHUB"},
		"EventKind": {
			enumOf(eventKinds...),
			"ARTIFACT_CREATED ATTESTATION_RECEIVED DEPLOYMENT_CREATED STARTED_RUNNING SCALED STOPPED_RUNNING RUNNING_NAME_CHANGED RUNNING_FLOW_CHANGED " +
				"REPORTING_STOPPED REPORTING_RESUMED EXPECTATION_BREACHED EXPECTATION_MET ENVIRONMENT_RENAMED ENVIRONMENT_ARCHIVED ENVIRONMENT_RESTORED MEMBER_ADDED MEMBER_REMOVED",
		},
		"EnvironmentType": {enumOf(environmentTypes...), "K8S ECS S3 LAMBDA SERVER DOCKER AZURE_APPS CLOUD_RUN LOGICAL"},
		"WhereaboutsState": {
			enumOf(model.CommitIsRunning, model.CommitIsIncluded, model.CommitIsNotYet, model.CommitIsGone, model.CommitIsUnknown),
			"RUNNING INCLUDED NOT_YET GONE UNKNOWN",
		},
		"UnknownReason": {
			enumOf(unknownReasons...),
			"NO_FLOW NOT_OBSERVED NO_PROVENANCE RUNNING_COMMIT_UNSEEN AMBIGUOUS_COMMIT ANCESTRY_INCOMPLETE TOO_MUCH_HISTORY",
		},
		"DeliveryProgress": {
			enumOf(model.DeliveryNotBuilt, model.DeliveryBuilding, model.DeliveryBuildFailed, model.DeliveryBuilt, model.DeliveryDeploying),
			"NOT_BUILT BUILDING BUILD_FAILED BUILT DEPLOYING",
		},
		"ReportingState": {enumOf(model.ReportingNever, model.ReportingCurrent, model.ReportingSilent), "NEVER CURRENT SILENT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			names := strings.Fields(tt.names)
			if len(names) != len(tt.enum.values) {
				t.Fatalf("%d names for %d values", len(names), len(tt.enum.values))
			}
			for i, v := range tt.enum.values {
				if got := throughGraphQL(t, v); got != names[i] {
					t.Errorf("%v is written %s, want %s", v, got, names[i])
				}
				if got, err := tt.enum.read(names[i]); err != nil || got != v {
					t.Errorf("%s is read as %v, %v", names[i], got, err)
				}
			}
			for _, in := range []any{"", strings.ToLower(names[0]), names[0] + " ", "NO_SUCH_VALUE", nil, 1, true} {
				if got, err := tt.enum.read(in); model.KindOf(err) != model.KindInvalid {
					t.Errorf("%#v is read as %v, %v", in, got, err)
				}
			}
			if _, err := tt.enum.read("NO_SUCH_VALUE"); !strings.Contains(err.Error(), strings.Join(names, ", ")) {
				t.Errorf("the error does not say what there is: %v", err)
			}
		})
	}
}

var environmentTypes = []model.EnvironmentType{
	model.EnvironmentK8S, model.EnvironmentECS, model.EnvironmentS3, model.EnvironmentLambda,
	model.EnvironmentServer, model.EnvironmentDocker, model.EnvironmentAzureApps, model.EnvironmentCloudRun,
	model.EnvironmentLogical,
}

// The names on the wire are those of the protocol, and case counts.
func TestParseEnvironmentType(t *testing.T) {
	t.Parallel()
	wire := strings.Fields("K8S ECS S3 lambda server docker azure-apps cloud-run logical")
	hidden := map[string]bool{"ECS": true, "azure-apps": true, "cloud-run": true}
	for i, want := range environmentTypes {
		got, err := model.ParseEnvironmentType(wire[i])
		if err != nil || got != want || got.WireName() != wire[i] || got.MayHideDigests() != hidden[wire[i]] {
			t.Errorf("%s is %s (%s), may hide digests: %v, %v", wire[i], got, got.WireName(), got.MayHideDigests(), err)
		}
	}
	for _, in := range []string{"", "k8s", "Lambda", "LAMBDA", "AZURE_APPS", "ecs ", "Logical", "nomad", "\x00"} {
		got, err := model.ParseEnvironmentType(in)
		wantInvalid(t, err, "type")
		if got != "" || !strings.Contains(err.Error(), "Input payload validation failed") {
			t.Errorf("%q is %q, %v", in, got, err)
		}
	}
}

func TestRole_Includes(t *testing.T) {
	t.Parallel()
	roles := []model.Role{model.RoleReader, model.RoleReporter, model.RoleMember, model.RoleAdmin}
	for i, has := range roles {
		for j, needed := range roles {
			if got, want := has.Includes(needed), i >= j; got != want {
				t.Errorf("%s includes %s: %v, want %v", has, needed, got, want)
			}
		}
		if model.Role("OWNER").Includes(has) || model.Role("").Includes(has) {
			t.Errorf("a role that is none includes %s", has)
		}
	}
	if model.Role("").Includes("") {
		t.Error("no role includes what needs none: nobody would ask")
	}
}
