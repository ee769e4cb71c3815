package term

import (
	"os"
	"testing"
)

func TestColorsWanted(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		env  map[string]string
		want bool
	}{
		"Nothing":  {nil, true},
		"NoColor":  {map[string]string{"NO_COLOR": "1"}, false},
		"Empty":    {map[string]string{"NO_COLOR": ""}, true},
		"Dumb":     {map[string]string{"TERM": "dumb"}, false},
		"Ordinary": {map[string]string{"TERM": "xterm-256color"}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := colorsWanted(func(key string) string { return tt.env[key] }); got != tt.want {
				t.Errorf("colorsWanted = %v, want %v", got, tt.want)
			}
		})
	}
}

// TestSystem_Pipe relies on the go command running tests without a terminal.
func TestSystem_Pipe(t *testing.T) {
	t.Parallel()
	if info, err := os.Stdout.Stat(); err != nil || info.Mode()&os.ModeCharDevice != 0 {
		t.Skip("the standard output is a device")
	}
	s := System()
	if s.OutTerminal || s.Color || s.Width != 0 || !s.Plain {
		t.Errorf("System in a pipe = terminal %v, color %v, width %d, plain %v", s.OutTerminal, s.Color, s.Width, s.Plain)
	}
}
