package ingest_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"
)

// monthly is a delivery of GitHub's, in the order in which things happened.
type monthly struct {
	event string
	id    string
	body  []byte
}

// month writes what GitHub sends about one repository in a month of work: pushes,
// also forced ones and of tags, branches that come and go, pull requests, runs that
// succeed, fail, are cancelled and run again, images, deployments and releases.
type month struct {
	t      testing.TB
	random *rand.Rand
	now    time.Time
	serial int64
	main   string // the newest commit of main
	sent   []monthly
}

type fields map[string]any

const monthRepository = "cyber-dojo/runner"

func newMonth(t testing.TB, seed uint64) *month {
	m := &month{t: t, random: rand.New(rand.NewPCG(seed, 1)), now: start}
	m.main = m.newSHA()
	for m.now.Before(start.AddDate(0, 1, 0)) {
		switch m.random.IntN(10) {
		case 0, 1, 2, 3, 4:
			m.release(m.pushMain())
		case 5, 6, 7:
			m.pullRequest()
		case 8:
			m.tag()
		case 9:
			m.noise()
		}
		m.wait(20 * time.Hour)
	}
	return m
}

// wait lets some time pass, at most so much. Now and then none passes: two things
// happen in one second.
func (m *month) wait(most time.Duration) {
	if m.random.IntN(8) > 0 {
		m.now = m.now.Add(time.Duration(m.random.Int64N(int64(most)))).Truncate(time.Second)
	}
}

func (m *month) next() int64 {
	m.serial++
	return 1000 + m.serial
}

func (m *month) newSHA() string {
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%d %d", m.random.Uint64(), m.next())))[:40]
}

func (m *month) at() string { return m.now.UTC().Format(time.RFC3339) }

// send adds a delivery about the repository. Pushes write times as numbers, in
// GitHub as here.
func (m *month) send(event string, body fields) {
	repository := fields{"id": 1, "full_name": monthRepository, "html_url": "https://github.com/" + monthRepository, "pushed_at": m.at()}
	if event == "push" {
		repository["pushed_at"] = m.now.Unix()
	}
	body["repository"] = repository
	body["sender"] = fields{"login": "ada", "id": m.next()} // no two bodies are the same
	raw, err := json.Marshal(body)
	if err != nil {
		m.t.Fatal(err)
	}
	m.sent = append(m.sent, monthly{event, fmt.Sprintf("%08d-month", len(m.sent)), raw})
}

func (m *month) commit(sha string) fields {
	return fields{
		"id": sha, "message": "Change " + sha[:7] + "\n\nMore about SHOP-" + strconv.Itoa(int(sha[0])), "timestamp": m.at(),
		"author": fields{"name": "Ada", "email": "Ada@acme.example"},
		"added":  []string{}, "removed": []string{}, "modified": []string{fmt.Sprintf("server/%d.rb", m.random.IntN(50)), "README.md"},
	}
}

const noCommit = "0000000000000000000000000000000000000000"

func (m *month) push(ref, before string, forced bool, shas ...string) {
	body := fields{"ref": ref, "before": before, "after": noCommit, "created": before == noCommit, "deleted": len(shas) == 0, "forced": forced, "commits": []fields{}}
	var commits []fields
	for _, sha := range shas {
		commits = append(commits, m.commit(sha))
		body["after"], body["head_commit"] = sha, commits[len(commits)-1]
	}
	if len(shas) > 0 {
		body["commits"] = commits
	}
	m.send("push", body)
}

// pushMain pushes some commits to main and returns the newest.
func (m *month) pushMain() string {
	shas := []string{m.newSHA()}
	for m.random.IntN(2) == 0 {
		shas = append(shas, m.newSHA())
	}
	m.push("refs/heads/main", m.main, false, shas...)
	m.main = shas[len(shas)-1]
	return m.main
}

// release is what follows a push: builds until one succeeds or nobody tries
// again, and then an image and its deployments.
func (m *month) release(sha string) {
	m.checks(sha)
	run := m.next()
	for attempt := 1; attempt <= 3; attempt++ {
		conclusion := []string{"success", "success", "failure", "cancelled", "timed_out"}[m.random.IntN(5)]
		m.workflowRun(run, attempt, sha, conclusion)
		if conclusion == "success" {
			m.publish(sha)
			m.deploy(sha)
			return
		}
		if m.random.IntN(2) == 0 {
			return
		}
	}
}

func (m *month) workflowRun(run int64, attempt int, sha, conclusion string) {
	started := m.at()
	job := m.next()
	for _, status := range []string{"queued", "in_progress", "completed"} {
		body := fields{
			"id": run, "run_attempt": attempt, "name": "CI", "head_sha": sha, "status": status, "run_started_at": started, "updated_at": m.at(),
			"html_url": fmt.Sprintf("https://github.com/%s/actions/runs/%d", monthRepository, run), "head_commit": m.commit(sha),
		}
		step := fields{
			"id": job, "run_id": run, "run_attempt": attempt, "head_sha": sha, "name": "test", "workflow_name": "CI", "status": status,
			"html_url": fmt.Sprintf("https://github.com/%s/actions/runs/%d/job/%d", monthRepository, run, job),
		}
		if status != "queued" {
			step["started_at"] = started
		}
		if status == "completed" {
			body["conclusion"], step["conclusion"], step["completed_at"] = conclusion, conclusion, m.at()
		}
		m.send("workflow_run", fields{"action": status, "workflow_run": body})
		m.send("workflow_job", fields{"action": status, "workflow_job": step})
		m.wait(10 * time.Minute)
	}
}

// checks are the runs of another CI system, which may be asked for again.
func (m *month) checks(sha string) {
	app := fields{"id": 7, "slug": "circleci-checks", "name": "CircleCI"}
	suite := m.next()
	for range 1 + m.random.IntN(2) {
		run := m.next()
		created := m.at()
		for _, status := range []string{"queued", "completed"} {
			conclusion := any(nil)
			if status == "completed" {
				conclusion = []string{"success", "failure", "neutral"}[m.random.IntN(3)]
			}
			m.send("check_run", fields{"action": status, "check_run": fields{
				"id": run, "name": "build", "head_sha": sha, "status": status, "conclusion": conclusion, "started_at": created, "completed_at": conclusion2at(conclusion, m),
				"check_suite": fields{"id": suite, "head_sha": sha, "app": app}, "app": app, "html_url": fmt.Sprintf("https://github.com/%s/runs/%d", monthRepository, run),
			}})
			m.send("check_suite", fields{"action": status, "check_suite": fields{
				"id": suite, "head_sha": sha, "status": status, "conclusion": conclusion, "created_at": created, "updated_at": m.at(), "app": app,
			}})
			m.now = m.now.Add(time.Minute)
		}
	}
}

func conclusion2at(conclusion any, m *month) any {
	if conclusion == nil {
		return nil
	}
	return m.at()
}

// publish tells of an image, and later that it has one more tag. Every event is
// sent in two ways, as GitHub does.
func (m *month) publish(sha string) {
	fingerprint := fmt.Sprintf("%x", sha256.Sum256([]byte("image of "+sha)))
	created := m.at()
	if m.random.IntN(2) == 0 {
		created = "0001-01-01T00:00:00Z" // as GitHub sends it of what it does not know yet
	}
	for _, tag := range []string{sha[:7], "latest"} {
		for _, event := range []string{"package", "registry_package"} {
			m.send(event, fields{"action": map[string]string{sha[:7]: "published", "latest": "updated"}[tag], event: fields{
				"id": 5, "name": "runner", "namespace": "cyber-dojo", "package_type": "CONTAINER", "ecosystem": "CONTAINER", "html_url": "https://github.com/orgs/cyber-dojo/packages/5",
				"package_version": fields{
					"id": m.next(), "version": "sha256:" + fingerprint, "created_at": created, "updated_at": m.at(), "package_url": "ghcr.io/cyber-dojo/runner:" + tag,
					"container_metadata": fields{"tag": fields{"name": tag, "digest": "sha256:" + fingerprint}, "labels": fields{"all_labels": fields{"org.opencontainers.image.revision": sha}}},
				},
			}})
		}
		m.wait(time.Minute)
	}
}

func (m *month) deploy(sha string) {
	for _, environment := range []string{"aws-beta", "aws-prod"}[:1+m.random.IntN(2)] {
		id := m.next()
		deployment := fields{"id": id, "sha": sha, "ref": "main", "task": "deploy", "environment": environment, "created_at": m.at(), "updated_at": m.at()}
		m.send("deployment", fields{"action": "created", "deployment": deployment})
		for _, state := range []string{"in_progress", []string{"success", "success", "failure"}[m.random.IntN(3)], "inactive"} {
			m.wait(5 * time.Minute)
			m.send("deployment_status", fields{"action": "created", "deployment": deployment, "deployment_status": fields{
				"id": m.next(), "state": state, "created_at": m.at(), "updated_at": m.at(), "description": "deploy " + state, "target_url": "https://deploy.example/" + fmt.Sprint(id),
			}})
		}
	}
}

// pullRequest is a branch with some pushes, one of them forced perhaps, that is
// merged by a squash or closed, and deleted.
func (m *month) pullRequest() {
	number := m.next()
	branch := fmt.Sprintf("topic-%d", number)
	head, before := m.newSHA(), noCommit
	created := m.at()
	state := func(action, state string, merge any) {
		m.send("pull_request", fields{"action": action, "number": number, "pull_request": fields{
			"id": m.next(), "number": number, "title": "Add " + branch, "state": state, "html_url": fmt.Sprintf("https://github.com/%s/pull/%d", monthRepository, number),
			"user": fields{"login": "ada"}, "head": fields{"ref": branch, "sha": head}, "base": fields{"ref": "main", "sha": m.main},
			"merged": merge != nil, "merge_commit_sha": merge, "created_at": created, "updated_at": m.at(), "merged_at": conclusion2at(merge, m), "closed_at": nil,
		}})
	}
	m.push("refs/heads/"+branch, before, false, head)
	m.send("create", fields{"ref": branch, "ref_type": "branch", "master_branch": "main"})
	state("opened", "open", nil)
	for range m.random.IntN(3) {
		m.wait(5 * time.Hour)
		before, head = head, m.newSHA()
		m.push("refs/heads/"+branch, before, m.random.IntN(2) == 0, head)
		state("synchronize", "open", nil)
		m.workflowRun(m.next(), 1, head, []string{"success", "failure"}[m.random.IntN(2)])
	}
	merged := m.random.IntN(3) > 0
	if merged {
		sha := m.pushMain()
		state("closed", "closed", sha)
		m.release(sha)
	} else {
		state("closed", "closed", nil)
	}
	m.push("refs/heads/"+branch, head, false)
	m.send("delete", fields{"ref": branch, "ref_type": "branch"})
}

// tag is a tag with its release, which may be taken back.
func (m *month) tag() {
	id := m.next()
	name := fmt.Sprintf("v0.%d", id)
	m.push("refs/tags/"+name, noCommit, false, m.main)
	m.send("create", fields{"ref": name, "ref_type": "tag", "master_branch": "main"})
	for _, action := range []string{"published", "edited", "deleted"}[:1+m.random.IntN(3)] {
		m.send("release", fields{"action": action, "release": fields{
			"id": id, "tag_name": name, "name": "Version " + name + " " + action, "draft": false, "prerelease": false, "created_at": m.at(), "published_at": m.at(), "updated_at": m.at(),
			"html_url": fmt.Sprintf("https://github.com/%s/releases/tag/%s", monthRepository, name), "target_commitish": "main",
		}})
		m.now = m.now.Add(time.Minute)
	}
}

// noise is what is of no use here.
func (m *month) noise() {
	m.send("ping", fields{"zen": "Anything added dilutes everything else.", "hook_id": m.next()})
	m.send("watch", fields{"action": "started"})
	m.send("issues", fields{"action": "opened", "issue": fields{"number": m.next()}})
}
