package model_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/landfall-dev/landfall/model"
)

// minute is a moment of tests.
func minute(n int) time.Time { return time.Date(2022, 8, 22, 9, n, 0, 0, time.UTC) }

// raw is a fingerprint as runs have it: its bytes.
func raw(word string) string { return string(fingerprint(word).Bytes()) }

func instance(started int, digests map[string]string) model.Instance {
	return model.Instance{StartedAt: minute(started), Digests: digests}
}

func TestReport_Running(t *testing.T) {
	t.Parallel()
	a, b := string(fingerprint("x")), string(fingerprint("y")) // 2d71…, a1fc…
	first, second := raw("x"), raw("y")
	for name, tt := range map[string]struct {
		kind      model.EnvironmentType
		instances []model.Instance
		want      []model.Running
	}{
		"Nothing":   {model.EnvironmentECS, nil, []model.Running{}},
		"NoDigests": {model.EnvironmentECS, []model.Instance{instance(1, nil)}, []model.Running{}},
		"ReplicasByItems": {
			model.EnvironmentECS,
			[]model.Instance{instance(3, map[string]string{"x:1": a}), instance(1, map[string]string{"x:1": a}), instance(2, map[string]string{"x:1": a})},
			[]model.Running{{Fingerprint: first, Name: "x:1", Starts: []time.Time{minute(1), minute(2), minute(3)}}},
		},
		"SeveralInOneItem": {
			model.EnvironmentK8S,
			[]model.Instance{instance(1, map[string]string{"x:1": a, "sidecar:2": b}), instance(2, map[string]string{"sidecar:2": b})},
			[]model.Running{
				{Fingerprint: first, Name: "x:1", Starts: []time.Time{minute(1)}},
				{Fingerprint: second, Name: "sidecar:2", Starts: []time.Time{minute(1), minute(2)}},
			},
		},
		"TwoNamesInOneItem": {
			model.EnvironmentDocker,
			[]model.Instance{instance(1, map[string]string{"n:latest": a, "n:main": a, "o:16d9990": a, "p:16d9991": a}), instance(2, map[string]string{"n:main": a, "n:latest": a})},
			[]model.Running{{Fingerprint: first, Name: "n:latest", Starts: []time.Time{minute(2)}}, {Fingerprint: first, Name: "o:16d9990", Starts: []time.Time{minute(1)}}},
		},
		"TwoNamesOfOne": {
			model.EnvironmentDocker,
			[]model.Instance{instance(1, map[string]string{"y": a}), instance(2, map[string]string{"x": a})},
			[]model.Running{{Fingerprint: first, Name: "x", Starts: []time.Time{minute(2)}}, {Fingerprint: first, Name: "y", Starts: []time.Time{minute(1)}}},
		},
		"OneNameOfTwo": {
			model.EnvironmentDocker,
			[]model.Instance{instance(1, map[string]string{"x": b}), instance(2, map[string]string{"x": a})},
			[]model.Running{{Fingerprint: first, Name: "x", Starts: []time.Time{minute(2)}}, {Fingerprint: second, Name: "x", Starts: []time.Time{minute(1)}}},
		},
		"WaysToWriteADigest": {
			model.EnvironmentServer,
			[]model.Instance{instance(1, map[string]string{"x": strings.ToUpper(a)}), instance(2, map[string]string{"x": "sha256:" + a})},
			[]model.Running{{Fingerprint: first, Name: "x", Starts: []time.Time{minute(1), minute(2)}}},
		},
		"HiddenDigests": {
			model.EnvironmentECS,
			[]model.Instance{instance(1, map[string]string{"y": ""}), instance(2, map[string]string{"x": ""}), instance(3, map[string]string{"x": a})},
			[]model.Running{
				{Name: "x", Starts: []time.Time{minute(2)}},
				{Name: "y", Starts: []time.Time{minute(1)}},
				{Fingerprint: first, Name: "x", Starts: []time.Time{minute(3)}},
			},
		},
		"StartNotTold": {
			model.EnvironmentECS,
			[]model.Instance{{Digests: map[string]string{"x": a}}},
			[]model.Running{{Fingerprint: first, Name: "x", Starts: []time.Time{{}}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := (&model.Report{Type: tt.kind, Instances: tt.instances}).Running()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReport_Running_Invalid(t *testing.T) {
	t.Parallel()
	a := string(fingerprint("a"))
	for name, tt := range map[string]struct {
		digests map[string]string
		field   string
	}{
		"Nameless":    {map[string]string{"": a}, "name"},
		"NameTooLong": {map[string]string{wordOf(501): a}, "name"},
		"NameUnfit":   {map[string]string{"x\x00": a}, "name"},
		"NameNotUTF8": {map[string]string{"x\xff": a}, "name"},
		"Short":       {map[string]string{"x": a[1:]}, "digests"},
		"SHA1":        {map[string]string{"x": a[:40]}, "digests"},
		"NoDigit":     {map[string]string{"x": "z" + a[1:]}, "digests"},
		"Tag":         {map[string]string{"x": "latest"}, "digests"},
		"Bare":        {map[string]string{"x": "sha256:"}, "digests"},
		"OneOfTwo":    {map[string]string{"x": a, "y": "latest"}, "digests"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := (&model.Report{Type: model.EnvironmentECS, Instances: []model.Instance{instance(1, tt.digests)}}).Running()
			wantInvalid(t, err, tt.field)
			if got != nil {
				t.Errorf("got %v beside the error", got)
			}
		})
	}
}

// Only runtimes that do not always tell may leave a digest out.
func TestReport_Running_HiddenDigests(t *testing.T) {
	t.Parallel()
	may := map[model.EnvironmentType]bool{model.EnvironmentECS: true, model.EnvironmentAzureApps: true, model.EnvironmentCloudRun: true}
	for _, kind := range environmentTypes {
		_, err := (&model.Report{Type: kind, Instances: []model.Instance{instance(1, map[string]string{"x": ""})}}).Running()
		if may[kind] && err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if !may[kind] {
			wantInvalid(t, err, "digests")
		}
	}
}

func TestReport_Running_Bounds(t *testing.T) {
	t.Parallel()
	of := func(n int) *model.Report {
		r := &model.Report{Type: model.EnvironmentECS, Instances: make([]model.Instance, n)}
		for i := range r.Instances {
			r.Instances[i] = instance(1, map[string]string{"x": string(fingerprint("a"))})
		}
		return r
	}
	got, err := of(model.MaxReportedInstances).Running()
	if err != nil || len(got) != 1 || len(got[0].Starts) != model.MaxReportedInstances {
		t.Errorf("%d instances: got %d groups, %v", model.MaxReportedInstances, len(got), err)
	}
	if _, err := of(model.MaxReportedInstances + 1).Running(); model.KindOf(err) != model.KindTooLarge {
		t.Errorf("%d instances: got error %v", model.MaxReportedInstances+1, err)
	}
}

// What one instance carries is bounded too: everything that runs is a row.
func TestReport_Running_BoundsOfArtifacts(t *testing.T) {
	t.Parallel()
	of := func(n int) *model.Report {
		digests := make(map[string]string, n)
		for i := range n {
			digests[fmt.Sprint(i)] = string(fingerprint(fmt.Sprint(i)))
		}
		return &model.Report{Type: model.EnvironmentServer, Instances: []model.Instance{instance(1, digests)}}
	}
	if got, err := of(model.MaxReportedInstances).Running(); err != nil || len(got) != model.MaxReportedInstances {
		t.Errorf("%d artifacts: got %d groups, %v", model.MaxReportedInstances, len(got), err)
	}
	if _, err := of(model.MaxReportedInstances + 1).Running(); model.KindOf(err) != model.KindTooLarge {
		t.Errorf("%d artifacts: got error %v", model.MaxReportedInstances+1, err)
	}
}

// Whatever runs, and in whichever order it is told: it is counted by items, once
// each, and what is told in another order is the same.
func TestReport_Running_Counts(t *testing.T) {
	t.Parallel()
	words := []string{"a", "b", "c"}
	rapid.Check(t, func(t *rapid.T) {
		type run struct{ fingerprint, name string }
		want := map[run]int{}
		report := &model.Report{Type: model.EnvironmentECS}
		for range rapid.IntRange(0, 12).Draw(t, "items") {
			item := instance(rapid.IntRange(0, 59).Draw(t, "started"), map[string]string{})
			for _, word := range words {
				if rapid.Bool().Draw(t, "runs") { // one name each, which two of them may share
					name := rapid.SampledFrom([]string{word, word + ":latest"}).Draw(t, "name")
					item.Digests[name] = string(fingerprint(word))
					want[run{raw(word), name}]++
				}
			}
			report.Instances = append(report.Instances, item)
		}
		running, err := report.Running()
		if err != nil {
			t.Fatal(err)
		}
		got := map[run]int{}
		for _, r := range running {
			got[run{r.Fingerprint, r.Name}] += len(r.Starts)
			if !slices.IsSortedFunc(r.Starts, time.Time.Compare) {
				t.Fatalf("the starts of %s are %v", r.Name, r.Starts)
			}
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(run{})); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if len(got) != len(running) {
			t.Fatalf("something is told twice: %v", running)
		}

		report.Instances = rapid.Permutation(report.Instances).Draw(t, "order")
		again, err := report.Running()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(running, again); diff != "" {
			t.Fatalf("told in another order (-want +got):\n%s", diff)
		}
		if !bytes.Equal(model.ContentHash(running), model.ContentHash(again)) {
			t.Fatal("told in another order, it has another hash")
		}
	})
}

// The hash is equal exactly if fingerprints, names and numbers of replicas are;
// names that run into each other are told apart.
func TestContentHash(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{"", "a", "b", "ab", "aa", "\x00", "\x00\x00"})
	running := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) model.Running {
		starts := make([]time.Time, rapid.IntRange(0, 2).Draw(t, "replicas"))
		for i := range starts {
			starts[i] = minute(rapid.IntRange(0, 59).Draw(t, "start"))
		}
		return model.Running{Fingerprint: word.Draw(t, "fingerprint"), Name: word.Draw(t, "name"), Starts: starts}
	}), 0, 3)
	plain := func(list []model.Running) string {
		said := ""
		for _, r := range list {
			said += fmt.Sprintf("%q under %q, %d times; ", r.Fingerprint, r.Name, len(r.Starts))
		}
		return said
	}
	rapid.Check(t, func(t *rapid.T) {
		one, other := running.Draw(t, "one"), running.Draw(t, "other")
		if rapid.Bool().Draw(t, "same") { // with other starts
			other = slices.Clone(one)
			for i := range other {
				other[i].Starts = make([]time.Time, len(one[i].Starts))
			}
		}
		same := bytes.Equal(model.ContentHash(one), model.ContentHash(other))
		if same != (plain(one) == plain(other)) {
			t.Fatalf("%s and %s: the hashes are equal: %v", plain(one), plain(other), same)
		}
	})
	if got := model.ContentHash(nil); len(got) != 32 {
		t.Errorf("the hash of nothing is %x", got)
	}
}

func TestReport_CheckTime(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		observed *time.Time
		ok       bool
	}{
		"NotTold":   {nil, true},
		"Now":       {ptr(now), true},
		"LongAgo":   {ptr(now.AddDate(-10, 0, 0)), true},
		"ClockOff":  {ptr(now.Add(5 * time.Minute)), true},
		"Future":    {ptr(now.Add(5*time.Minute + time.Microsecond)), false},
		"OtherZone": {ptr(now.Add(time.Hour).In(time.FixedZone("", 2*3600))), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := (&model.Report{ObservedAt: tt.observed}).CheckTime(now)
			if tt.ok && err != nil {
				t.Error(err)
			}
			if !tt.ok {
				wantInvalid(t, err, "observedAt")
				if !strings.Contains(err.Error(), "2022-08-24T18:30:00Z") {
					t.Errorf("the error does not say what time it is here: %v", err)
				}
			}
		})
	}
}
