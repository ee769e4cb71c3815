package aws_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/agent/aws"
	"github.com/landfall-dev/landfall/fingerprint"
)

func newS3(t testing.TB, c *cloud, options agent.S3) *aws.S3 {
	t.Helper()
	options.Bucket = "site"
	source, err := aws.NewS3(t.Context(), options, c.client()...)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// site makes a bucket of contents by keys, the first modified first.
func site(c *cloud, contents ...string) *bucket {
	b := &bucket{region: region, objects: map[string]*object{}}
	for i := 0; i < len(contents); i += 2 {
		b.objects[contents[i]] = &object{content: contents[i+1], modified: started.Add(time.Duration(i) * time.Hour)}
	}
	c.buckets["site"] = b
	return b
}

// dirOf is the fingerprint of a directory of files.
func dirOf(t testing.TB, contents ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(contents); i += 2 {
		path := filepath.Join(dir, contents[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(contents[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sum, err := fingerprint.Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func TestS3_Look(t *testing.T) {
	t.Parallel()
	all := []string{"index.html", "<p>", "app/a.js", "1", "app/b c&d.js", "2", "app/lib/ü.js", "3", "log/x.log", "4", "app/", "", ".git/HEAD", "5"}
	for name, tt := range map[string]struct {
		options agent.S3
		want    []string
		newest  int // hours after started
	}{
		"All":     {agent.S3{}, all[:10], 8},
		"Include": {agent.S3{Includes: []string{"/app"}}, []string{"app/a.js", "1", "app/b c&d.js", "2", "app/lib/ü.js", "3"}, 6},
		"Exclude": {agent.S3{Excludes: []string{"*.js", "log/"}}, []string{"index.html", "<p>"}, 0},
		"Both":    {agent.S3{Includes: []string{"app/**", "*.html"}, Excludes: []string{"lib"}}, []string{"index.html", "<p>", "app/a.js", "1", "app/b c&d.js", "2"}, 4},
		"Nothing": {agent.S3{Includes: []string{"*.css"}}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			site(c, all...)
			var want []agent.Instance
			if tt.want != nil {
				want = []agent.Instance{{
					Digests:   map[string]string{"site": dirOf(t, tt.want...)},
					StartedAt: started.Truncate(time.Second).Add(time.Duration(tt.newest) * time.Hour),
				}}
			}
			if diff := cmp.Diff(want, look(t, newS3(t, c, tt.options)), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("what is there (-want +got):\n%s", diff)
			}
		})
	}
}

// TestS3_Look_KeptSums: what S3 keeps with an object is taken if it is of the whole, and
// else the object is read.
func TestS3_Look_KeptSums(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kept, kind string
		calls      map[string]int // of a look and one after it
	}{
		"Whole":     {sumBase64("hello"), "FULL_OBJECT", map[string]int{"HeadObject": 1}},
		"Composite": {sumBase64("hello's parts") + "-2", "COMPOSITE", map[string]int{"GetObject": 1}},
		"Unsaid":    {sumBase64("hello's parts") + "-2", "", map[string]int{"HeadObject": 1, "GetObject": 1}},
		"None":      {"", "", map[string]int{"GetObject": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			object := site(c, "a", "hello").objects["a"]
			object.kept, object.kind = tt.kept, tt.kind
			source := newS3(t, c, agent.S3{})
			for range 2 {
				if got, want := look(t, source)[0].Digests["site"], dirOf(t, "a", "hello"); got != want {
					t.Errorf("the fingerprint is %s, want %s", got, want)
				}
			}
			got := c.counts()
			delete(got, "HeadBucket")
			delete(got, "ListObjectsV2")
			if diff := cmp.Diff(tt.calls, got); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

// TestS3_Look_Remembers: only what was written anew is read again.
func TestS3_Look_Remembers(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	b := site(c, "a", "1", "b", "2", "c", "3")
	source := newS3(t, c, agent.S3{})
	look(t, source)
	b.objects["b"].content = "4"
	if got, want := look(t, source)[0].Digests["site"], dirOf(t, "a", "1", "b", "4", "c", "3"); got != want {
		t.Errorf("the fingerprint is %s, want %s", got, want)
	}
	if got := c.counts()["GetObject"]; got != 4 {
		t.Errorf("objects were read %d times, want 4", got)
	}
}

// TestS3_Look_Changes writes or deletes objects between being listed and being read.
func TestS3_Look_Changes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change  func(b *bucket, nth int)
		want    []string
		wantErr string
	}{
		"Deleted": {func(b *bucket, _ int) { delete(b.objects, "b") }, []string{"a", "1"}, ""},
		"Written": {func(b *bucket, nth int) {
			if nth == 1 {
				b.objects["b"] = &object{content: "22", modified: started}
			}
		}, []string{"a", "1", "b", "22"}, ""},
		"AllTheTime": {func(b *bucket, nth int) { b.objects["b"] = &object{content: fmt.Sprint("x", nth), modified: started} }, nil, "it changes while it is looked at"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b *bucket
			lists := 0
			c := newCloud(t)
			answer := c.answer
			c.answer = func(call call) (message, *fault) {
				out, refused := answer(call)
				if call.operation == "ListObjectsV2" {
					lists++
					tt.change(b, lists)
				}
				return out, refused
			}
			b = site(c, "a", "1", "b", "2")
			instances, err := newS3(t, c, agent.S3{}).Look(soon(t))
			if tt.wantErr != "" {
				wantError(t, err, "bucket site", "object b", tt.wantErr)
				if lists != 3 {
					t.Errorf("the bucket was listed %d times, want 3", lists)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, want := instances[0].Digests["site"], dirOf(t, tt.want...); got != want {
				t.Errorf("the fingerprint is %s, want %s", got, want)
			}
		})
	}
}

// TestS3_Look_BreaksOff: a content of which the rest does not come is read again.
func TestS3_Look_BreaksOff(t *testing.T) {
	t.Parallel()
	short := fault{status: http.StatusOK, body: "hel", header: map[string]string{"Content-Length": "5"}}
	c := newCloud(t, refuse("GetObject", 2, short))
	site(c, "a", "hello")
	if got, want := look(t, newS3(t, c, agent.S3{}))[0].Digests["site"], dirOf(t, "a", "hello"); got != want {
		t.Errorf("the fingerprint is %s, want %s", got, want)
	}
	c = newCloud(t, refuse("GetObject", -1, short))
	site(c, "a", "hello")
	_, err := newS3(t, c, agent.S3{}).Look(soon(t))
	wantError(t, err, "object a: read: unexpected EOF")
}

// TestS3_Look_Region: a bucket is found in whichever region it is, once.
func TestS3_Look_Region(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	site(c, "a", "hello").region = "ap-south-1"
	source := newS3(t, c, agent.S3{})
	look(t, source)
	look(t, source)
	if got := c.counts()["HeadBucket"]; got != 1 {
		t.Errorf("its region was asked for %d times, want once", got)
	}
}

func TestS3_Look_Refuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		contents []string
		before   answerFunc
		want     string
	}{
		"NoBucket":   {nil, nil, "find its region"},
		"BadKey":     {[]string{"a//b", "1"}, nil, `"a//b" could be no file`},
		"FullFolder": {[]string{"a/", "1"}, nil, `"a/" could be no file`},
		"FileAndDir": {[]string{"a", "1", "a/b", "2"}, nil, "both a file and the directory"},
		"KeptNoSum":  {[]string{"kept", "!"}, nil, "is no SHA-256"},
		"Archive":    {[]string{"a", "1"}, refuse("GetObject", -1, fault{status: 403, code: "InvalidObjectState", message: "cold"}), "leave it out, with --exclude"},
		"OtherSize":  {[]string{"a", "1"}, refuse("GetObject", -1, fault{status: 200, body: "12"}), "another size than was listed"},
		"NoXML":      {[]string{"a", "1"}, refuse("ListObjectsV2", -1, fault{status: 200, body: "{}"}), "list objects: the answer holds no list"},
		"CutOff":     {[]string{"a", "1"}, refuse("ListObjectsV2", -1, fault{status: 200, body: "<ListBucketResult><Name>site</Name><Contents><Key>a</Key>"}), "list objects"},
		"Denied":     {[]string{"a", "1"}, refuse("GetObject", -1, fault{status: 403, code: "AccessDenied", message: "Access Denied"}), "allow the caller s3:GetObject"},
		"DeniedList": {[]string{"a", "1"}, refuse("HeadBucket", -1, fault{status: 403}), "allow the caller s3:ListBucket"},
		"Slow":       {[]string{"a", "1"}, refuse("GetObject", -1, fault{status: 503, code: "SlowDown", message: "Please reduce your request rate."}), "look less often"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var before []answerFunc
			if tt.before != nil {
				before = append(before, tt.before)
			}
			c := newCloud(t, before...)
			if tt.contents != nil {
				b := site(c, tt.contents...)
				if o := b.objects["kept"]; o != nil {
					o.kept, o.kind = o.content, "FULL_OBJECT"
				}
			}
			_, err := newS3(t, c, agent.S3{}).Look(soon(t))
			wantError(t, err, "look at S3: bucket site", tt.want)
		})
	}
}

func TestNewS3_Refuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		options agent.S3
		want    string
	}{
		"NoBucket": {agent.S3{}, "which bucket"},
		"LongName": {agent.S3{Bucket: strings.Repeat("b", 501)}, "longer than 500"},
		"Regions":  {agent.S3{Bucket: "b", AWS: agent.AWS{Regions: []string{"a", "b"}}}, "one region"},
		"Roles":    {agent.S3{Bucket: "b", AWS: agent.AWS{Roles: []string{"a", "b"}}}, "one role"},
		"Include":  {agent.S3{Bucket: "b", Includes: []string{"["}}, "is no glob"},
		"Exclude":  {agent.S3{Bucket: "b", Excludes: []string{"!a"}}, "takes nothing back"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := aws.NewS3(t.Context(), tt.options, newCloud(t).client()...)
			wantError(t, err, tt.want)
		})
	}
}
