package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Between aws-prod#64 and #66, and between #91 and #96, one version of runner takes the
// place of another, and is scaled down on the way: the story shows it step by step.
func TestStory_Replicas(t *testing.T) {
	t.Parallel()
	host, _ := newServer(t)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	landfall := filepath.Join(t.TempDir(), "landfall")
	if err := os.Symlink(program, landfall); err != nil {
		t.Fatal(err)
	}
	demo := exec.CommandContext(t.Context(), landfall, "demo")
	demo.Env = []string{"LANDFALL_HOST=" + host, "LANDFALL_ORG=acme", "LANDFALL_API_TOKEN=" + acmeToken, "HOME=" + t.TempDir()}
	if out, err := demo.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for arguments, want := range map[string][]string{
		`during: {from: "2022-08-22T09:38:30Z", to: "2022-08-22T09:45:00Z"}`: {
			"true [{64} {65} {66}]",
			"runner [1 4 3] [1 4 3] [1 4 3]",
			"  runner:85d83c6 of 85d83c6 from 0 [1 1]",
			"  runner:16d9990 of 16d9990 from 1 [3 3]",
		},
		`during: {from: "2022-08-24T16:07:00Z", to: "2022-08-24T16:20:00Z"}`: {
			"true [{91} {92} {93} {94} {95} {96}]",
			"runner [3 3 6 4 4 3] [3 3 6 4 4 3] [3 3 6 4 4 3]",
			"  runner:16d9990 of 16d9990 from 0 [3 3 3 1 1]",
			"  runner:38e0924 of 38e0924 from 2 [3 3 3 3]",
		},
		// Cut in two, the most of a step still shows that two versions overlapped.
		`during: {from: "2022-08-22T09:00:00Z", to: "2022-08-24T18:00:00Z"}, steps: 2`: {
			"false [{78} {96}]",
			"runner [3 3] [1 3] [4 6]",
			"  runner:16d9990 of 16d9990 from 0 [3]",
			"  runner:38e0924 of 38e0924 from 1 [3]",
		},
	} {
		var got struct {
			Data struct {
				Organization struct {
					Environment struct {
						Replicas struct {
							Exact bool
							Steps []struct{ Number int }
							Flows struct {
								Nodes []struct {
									Name                      string
									Replicas, Lowest, Highest []int
									Versions                  []struct {
										Name     string
										Commit   *struct{ ShortSha string }
										First    int
										Replicas []int
									}
								}
							}
						}
					}
				}
			}
			Errors []struct{ Message string }
		}
		post(t, host, `{ organization(name: "acme") { environment(name: "aws-prod") { replicas(`+arguments+`) { exact steps { number }
			flows(first: 100) { nodes { name replicas lowest highest versions { name commit { shortSha } first replicas } } } } } } }`, &got)
		if len(got.Errors) > 0 {
			t.Fatal(got.Errors)
		}
		series := got.Data.Organization.Environment.Replicas
		var lines []string
		lines = append(lines, fmt.Sprint(series.Exact, series.Steps))
		for _, f := range series.Flows.Nodes {
			if f.Name != "runner" {
				continue
			}
			lines = append(lines, fmt.Sprintf("%s %v %v %v", f.Name, f.Replicas, f.Lowest, f.Highest))
			for _, v := range f.Versions {
				sha := "?"
				if v.Commit != nil {
					sha = v.Commit.ShortSha
				}
				lines = append(lines, fmt.Sprintf("  %s of %s from %d %v", v.Name[strings.LastIndexByte(v.Name, '/')+1:], sha, v.First, v.Replicas))
			}
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("%s (-want +got):\n%s", arguments, diff)
		}
	}
}

// post asks a server as the administrator.
func post(t testing.TB, host, query string, into any) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, host+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+acmeToken)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}
