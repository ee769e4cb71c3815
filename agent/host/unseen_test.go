package host

import "testing"

func TestAgree(t *testing.T) {
	t.Parallel()
	const beginning = "systemd-timesyn"
	for pattern, want := range map[string]bool{
		"systemd-timesyncd": true, "systemd-*": true, "*": true, "systemd-timesyn?": true, "s[xy]*": true,
		"systemd": false, "systemd-timedated": false, "nginx*": false, "systemd-timedate*": false,
	} {
		if got := agree(pattern, beginning); got != want {
			t.Errorf("agree(%q, %q) = %t, want %t", pattern, beginning, got, want)
		}
	}
}
