package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
)

// What is read of an environment costs what is answered, and not what lies behind
// it: each is measured beside the same of an environment with a short history.
var readings = []measurement{
	{
		name:    "snapshot n, of 100,000 beside of 100",
		status:  "200",
		request: func(int, int) []byte { return snapshotQuery("long-0", 1+rand.IntN(longHistory)) },
		against: func(int, int) []byte { return snapshotQuery("short-0", 1+rand.IntN(100)) },
	},
	{
		name:    "newest snapshot, of 100,000 beside of 100",
		status:  "200",
		request: func(int, int) []byte { return snapshotQuery("long-0", 0) },
		against: func(int, int) []byte { return snapshotQuery("short-0", 0) },
	},
	{
		name:    "diff of neighbours, of 100,000 beside of 100",
		status:  "200",
		request: func(int, int) []byte { return diffQuery("long-0", 1+rand.IntN(longHistory-1)) },
		against: func(int, int) []byte { return diffQuery("short-0", 1+rand.IntN(99)) },
	},
	{
		name:    "diff of neighbours, of 10,000 artifacts beside of 100",
		status:  "200",
		request: func(int, int) []byte { return diffQuery("large-0", 1+rand.IntN(longHistory-1)) },
		against: func(int, int) []byte { return diffQuery("short-0", 1+rand.IntN(99)) },
	},
	{
		name:    "page of the log, of 100,000 events beside of 100",
		status:  "200",
		request: func(int, int) []byte { return logQuery("long-0") },
		against: func(int, int) []byte { return logQuery("short-0") },
	},
}

func query(document string, variables map[string]any) []byte {
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		panic(err)
	}
	return request("POST", "/graphql", body)
}

// snapshotQuery asks for all that runs in a snapshot; 0 is the newest.
func snapshotQuery(environment string, number int) []byte {
	ref := environment
	if number > 0 {
		ref = fmt.Sprintf("%s#%d", environment, number)
	}
	return query(`query Snapshot($ref: SnapshotRef!) { organization(name: "bench") { snapshot(ref: $ref) { ref takenAt
		running(first: 100) { nodes { name fingerprint replicas runningSince } } } } }`, map[string]any{"ref": ref})
}

func diffQuery(environment string, number int) []byte {
	return query(`query Diff($from: SnapshotRef!, $to: SnapshotRef!) { organization(name: "bench") { diff(from: $from, to: $to) { empty
		added { nodes { name } } removed { nodes { name } } changed { nodes { from { replicas } to { name replicas } } } } } }`,
		map[string]any{"from": fmt.Sprintf("%s#%d", environment, number), "to": fmt.Sprintf("%s#%d", environment, number+1)})
}

func logQuery(environment string) []byte {
	return query(`query Log($name: String!) { organization(name: "bench") { environment(name: $name) { events(first: 50) { nodes { __typename at summary } } } } }`,
		map[string]any{"name": environment})
}
