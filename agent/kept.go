package agent

import "crypto/sha256"

func newKept(r *Report, seen moment) *kept {
	return &kept{Environment: r.Environment, Kind: r.Kind, Seen: seen, Instances: r.Instances, Artifacts: r.Artifacts}
}

// report is the report that was kept.
func (k *kept) report() *Report {
	return &Report{
		Environment: k.Environment, Kind: k.Kind, ObservedAt: k.Seen.At, Instances: k.Instances,
		Artifacts: k.Artifacts, Sum: sha256.Sum256(k.Artifacts),
	}
}
