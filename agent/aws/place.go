package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"

	"github.com/landfall-dev/landfall/agent"
)

const (
	// attempts is how often a call is tried that AWS throttles or that is lost, if
	// AWS_MAX_ATTEMPTS says nothing else. Together they take half a minute or so.
	attempts = 8
	// regionOfMachine bounds the question which region an EC2 machine is in: away
	// from EC2 nobody answers it.
	regionOfMachine = 2 * time.Second
	// sessionName is what CloudTrail shows of a role that an agent has assumed.
	sessionName = "landfall-agent"
)

// errNoRegion is the error of a configuration that names no region.
var errNoRegion = errors.New("it is not known which region of AWS to look in: set --region or AWS_REGION, as in eu-west-1")

// LoadOption changes how the SDK's configuration is loaded, as those of the SDK's
// package config do.
type LoadOption = func(*config.LoadOptions) error

// place is a region of an account, with a client of the API that a source asks there.
type place[Client any] struct {
	name     string // for people: the region, and the role if one is assumed
	client   *Client
	identity *sts.Client
}

// open finds the places of a configuration: each of its regions, as each of its roles.
func open[Client any](ctx context.Context, cfg agent.AWS, load []LoadOption, client func(sdk.Config) *Client) ([]place[Client], error) {
	base, err := loadConfig(ctx, cfg, load)
	if err != nil {
		return nil, err
	}
	regions := unique(cfg.Regions)
	if len(regions) == 0 {
		regions = []string{base.Region}
	}
	roles := unique(cfg.Roles)
	if len(roles) == 0 {
		roles = []string{""}
	}
	var places []place[Client]
	for _, role := range roles {
		account, name := base.Copy(), ""
		if role != "" {
			account.Credentials, name = assume(base, role), " as "+role
		}
		account.Credentials = namedCredentials{account.Credentials}
		for _, region := range regions {
			there := account.Copy()
			there.Region = region
			places = append(places, place[Client]{name: region + name, client: client(there), identity: sts.NewFromConfig(there)})
		}
	}
	return places, nil
}

// loadConfig reads the configuration of the SDK. Its region is always set.
func loadConfig(ctx context.Context, cfg agent.AWS, load []LoadOption) (sdk.Config, error) {
	// The SDK would write to the standard error of each object without a checksum.
	load = slices.Concat([]LoadOption{config.WithLogger(logging.Nop{})}, load)
	if cfg.Profile != "" {
		load = append(load, config.WithSharedConfigProfile(cfg.Profile))
	}
	if len(cfg.Regions) > 0 {
		load = append(load, config.WithRegion(cfg.Regions[0]))
	}
	base, err := config.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return sdk.Config{}, fmt.Errorf("read the configuration of AWS: %w", err)
	}
	if base.RetryMaxAttempts == 0 {
		base.RetryMaxAttempts = attempts
	}
	if base.Region == "" {
		base.Region = machineRegion(ctx, base)
	}
	if base.Region == "" {
		return sdk.Config{}, errNoRegion
	}
	return base, nil
}

// machineRegion is the region of the EC2 machine that the agent runs on, if it does.
func machineRegion(ctx context.Context, base sdk.Config) string {
	ctx, cancel := context.WithTimeout(ctx, regionOfMachine)
	defer cancel()
	out, err := imds.NewFromConfig(base).GetRegion(ctx, &imds.GetRegionInput{})
	if err != nil {
		return ""
	}
	return out.Region
}

// assume gives the credentials of a role, and new ones before they expire.
func assume(base sdk.Config, role string) sdk.CredentialsProvider {
	base.Credentials = namedCredentials{base.Credentials}
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(base), role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = sessionName
	})
	return sdk.NewCredentialsCache(provider)
}

func unique(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return slices.Compact(texts)
}
