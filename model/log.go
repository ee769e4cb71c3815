package model

// maxLogNames bounds each list of a LogFilter.
const maxLogNames = 100

// LogFilter says which events of a log are asked for. All that is given must hold;
// of a list, any. A list that is empty asks for nothing.
type LogFilter struct {
	Kinds        []EventKind
	Flows        []string
	Repositories []string
	Fingerprints []Fingerprint
}

// Empty reports whether all events are asked for.
func (f *LogFilter) Empty() bool {
	return f == nil || len(f.Kinds)+len(f.Flows)+len(f.Repositories)+len(f.Fingerprints) == 0
}

// Validate checks bounds. It returns KindInvalid.
func (f *LogFilter) Validate() error {
	if f == nil {
		return nil
	}
	for _, list := range []struct {
		name string
		n    int
	}{{"kinds", len(f.Kinds)}, {"flows", len(f.Flows)}, {"repositories", len(f.Repositories)}, {"fingerprints", len(f.Fingerprints)}} {
		if list.n > maxLogNames {
			return Invalid("filter", "%s has %d members, and may have %d", list.name, list.n, maxLogNames)
		}
	}
	return nil
}
