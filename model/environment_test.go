package model_test

import (
	"testing"

	"github.com/landfall-dev/landfall/model"
)

func TestCreateEnvironmentInput_Validate(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in    model.CreateEnvironmentInput
		field string
	}{
		"OK":          {model.CreateEnvironmentInput{Name: "aws-prod", Description: wordOf(1000)}, ""},
		"NoName":      {model.CreateEnvironmentInput{}, "environment"},
		"LikeARef":    {model.CreateEnvironmentInput{Name: "aws-prod~1"}, "environment"},
		"Description": {model.CreateEnvironmentInput{Name: "aws-prod", Description: wordOf(1001)}, "description"},
		"NotUTF8":     {model.CreateEnvironmentInput{Name: "aws-prod", Description: "\xff"}, "description"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := tt.in.Validate()
			if tt.field == "" && err != nil {
				t.Error(err)
			}
			if tt.field != "" {
				wantInvalid(t, err, tt.field)
			}
		})
	}
}

// Tags that somebody set since are no contradiction to who gives none.
func TestCreateEnvironmentInput_Says_Tags(t *testing.T) {
	t.Parallel()
	team := []*model.Tag{{Key: "team", Value: "core"}}
	for name, tt := range map[string]struct {
		given, has []*model.Tag
		want       bool
	}{
		"NoneGiven": {nil, team, true},
		"Same":      {team, team, true},
		"Other":     {[]*model.Tag{{Key: "team", Value: "web"}}, team, false},
		"Untagged":  {team, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := model.CreateEnvironmentInput{Type: model.EnvironmentDocker, Tags: tt.given}
			if got := in.Says(&model.Environment{Type: model.EnvironmentDocker, Tags: tt.has}, nil); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
