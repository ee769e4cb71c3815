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
