package model_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/landfall-dev/landfall/model"
)

func TestKindOf(t *testing.T) {
	t.Parallel()
	gone := model.Errorf(model.KindNotFound, "flow %q does not exist", "runner")
	for name, tt := range map[string]struct {
		err  error
		want model.Kind
	}{
		"None":      {nil, ""},
		"Plain":     {io.EOF, model.KindInternal},
		"Own":       {gone, model.KindNotFound},
		"Wrapped":   {fmt.Errorf("show the flow: %w", gone), model.KindNotFound},
		"Joined":    {errors.Join(io.EOF, gone), model.KindNotFound},
		"Outermost": {&model.Error{Kind: model.KindConflict, Err: gone}, model.KindConflict},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := model.KindOf(tt.err); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestError(t *testing.T) {
	t.Parallel()
	plain := model.Invalid("ref", "%q is no reference", "x")
	if plain.Error() != `"x" is no reference` || plain.Field != "ref" || plain.Kind != model.KindInvalid || plain.Unwrap() != nil {
		t.Errorf("got %+v", plain)
	}
	caused := &model.Error{Kind: model.KindInvalid, Message: "the report is no JSON", Err: io.EOF}
	if caused.Error() != "the report is no JSON: EOF" || !errors.Is(caused, io.EOF) {
		t.Errorf("got %v", caused)
	}
}
