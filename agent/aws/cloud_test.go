package aws_test

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// cloud is what is in AWS, and answers as it would.
type cloud struct {
	mu        sync.Mutex
	clusters  map[string][]message // tasks by account/region/name
	functions map[string][]message // answers of GetFunction by account/region
	buckets   map[string]*bucket   // by name
	*double
}

type bucket struct {
	region  string
	objects map[string]*object
}

type object struct {
	content  string
	modified time.Time
	kept     string // the checksum that is kept with it
	kind     string // of that checksum: FULL_OBJECT or COMPOSITE
}

// newCloud starts a double over a cloud that is empty. before may answer in its place.
func newCloud(t testing.TB, before ...answerFunc) *cloud {
	t.Helper()
	c := &cloud{clusters: map[string][]message{}, functions: map[string][]message{}, buckets: map[string]*bucket{}}
	c.double = newDouble(t, c.respond, before...)
	return c
}

func (c *cloud) respond(call call) (message, *fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch call.service {
	case "ecs":
		return c.ecs(call)
	case "lambda":
		return c.lambda(call)
	case "s3":
		return c.s3(call)
	default:
		return c.sts(call)
	}
}

func (c *cloud) sts(call call) (message, *fault) {
	if call.operation == "GetCallerIdentity" {
		return message{"Account": call.account, "UserId": "AID", "Arn": "arn:aws:iam::" + call.account + ":user/alice"}, nil
	}
	account := strings.Split(call.in["RoleArn"].(string), ":")[4]
	return message{
		"AssumedRoleUser": message{"Arn": fmt.Sprintf("arn:aws:sts::%s:assumed-role/look/%s", account, call.in["RoleSessionName"]), "AssumedRoleId": "ARO:x"},
		"Credentials": message{
			"AccessKeyId": "ASIA" + account, "SecretAccessKey": "secret", "SessionToken": "token",
			"Expiration": time.Now().Add(time.Hour),
		},
	}, nil
}

func (c *cloud) ecs(call call) (message, *fault) {
	prefix := call.account + "/" + call.region + "/"
	switch call.operation {
	case "ListClusters":
		var arns []any
		for _, key := range slices.Sorted(maps.Keys(c.clusters)) {
			if name, ok := strings.CutPrefix(key, prefix); ok {
				arns = append(arns, clusterARN(call, name))
			}
		}
		return c.list(call, "clusterArns", arns, 2)
	case "ListTasks":
		tasks, ok := c.clusters[prefix+nameIn(call.in["cluster"])]
		if !ok {
			return nil, &fault{status: http.StatusBadRequest, code: "ClusterNotFoundException", message: "Cluster not found."}
		}
		var arns []any
		for _, task := range tasks {
			arns = append(arns, task["taskArn"])
		}
		return c.list(call, "taskArns", arns, 70)
	default:
		return c.describeTasks(call, c.clusters[prefix+nameIn(call.in["cluster"])])
	}
}

func (c *cloud) describeTasks(call call, tasks []message) (message, *fault) {
	asked := call.in["tasks"].([]any)
	if len(asked) > 100 {
		return nil, &fault{status: http.StatusBadRequest, code: "InvalidParameterException", message: "Tasks cannot have more than 100 elements"}
	}
	found, failures := []any{}, []any{}
	for _, arn := range asked {
		i := slices.IndexFunc(tasks, func(task message) bool { return task["taskArn"] == arn && task["gone"] == nil })
		if i < 0 {
			failures = append(failures, message{"arn": arn, "reason": "MISSING"})
			continue
		}
		found = append(found, tasks[i])
	}
	return message{"tasks": found, "failures": failures}, nil
}

// list answers one page of a list of ECS.
func (c *cloud) list(call call, name string, items []any, size int) (message, *fault) {
	page, next, ok := c.page(items, size, call.in["nextToken"])
	if !ok {
		return nil, &fault{status: http.StatusBadRequest, code: "InvalidParameterException", message: "Invalid token"}
	}
	out := message{name: page}
	if next != "" {
		out["nextToken"] = next
	}
	return out, nil
}

func clusterARN(call call, name string) string {
	return fmt.Sprintf("arn:aws:ecs:%s:%s:cluster/%s", call.region, call.account, name)
}

func nameIn(arn any) string {
	text, _ := arn.(string)
	return text[strings.LastIndex(text, "/")+1:]
}

func (c *cloud) lambda(call call) (message, *fault) {
	functions := c.functions[call.account+"/"+call.region]
	if call.operation == "GetFunction" {
		i := slices.IndexFunc(functions, func(f message) bool { return f["Configuration"].(message)["FunctionArn"] == call.in["FunctionName"] })
		if i < 0 || functions[i]["gone"] != nil {
			return nil, &fault{status: http.StatusNotFound, code: "ResourceNotFoundException", message: "Function not found"}
		}
		return functions[i], nil
	}
	var all []any
	for _, f := range functions {
		all = append(all, f["Configuration"])
	}
	page, next, ok := c.page(all, 2, call.in["Marker"])
	if !ok {
		return nil, &fault{status: http.StatusBadRequest, code: "InvalidParameterValueException", message: "Invalid marker"}
	}
	return message{"Functions": page, "NextMarker": next}, nil
}

func (c *cloud) s3(call call) (message, *fault) {
	name := call.in["Bucket"].(string)
	b := c.buckets[name]
	switch {
	case b == nil:
		return nil, &fault{status: http.StatusNotFound, code: "NoSuchBucket", message: "The specified bucket does not exist"}
	case b.region != call.region:
		return nil, &fault{status: http.StatusMovedPermanently, code: "PermanentRedirect", message: "elsewhere", header: map[string]string{"X-Amz-Bucket-Region": b.region}}
	case call.operation == "HeadBucket":
		return message{"BucketRegion": b.region}, nil
	case call.operation == "ListObjectsV2":
		return c.listObjects(call, b)
	default:
		return b.get(call)
	}
}

func (c *cloud) listObjects(call call, b *bucket) (message, *fault) {
	prefix, _ := call.in["Prefix"].(string)
	var all []any
	for _, key := range slices.Sorted(maps.Keys(b.objects)) {
		o := b.objects[key]
		entry := message{"Key": key, "ETag": o.etag(), "Size": len(o.content), "LastModified": o.modified, "StorageClass": "STANDARD"}
		if o.kept != "" {
			entry["ChecksumAlgorithm"], entry["ChecksumType"] = []any{"SHA256"}, o.kind
		}
		if strings.HasPrefix(key, prefix) {
			all = append(all, entry)
		}
	}
	page, next, ok := c.page(all, 2, call.in["ContinuationToken"])
	if !ok {
		return nil, &fault{status: http.StatusBadRequest, code: "InvalidArgument", message: "The continuation token provided is incorrect"}
	}
	out := message{"Name": call.in["Bucket"], "Prefix": prefix, "KeyCount": len(page), "MaxKeys": 1000, "IsTruncated": next != "", "Contents": page}
	if next != "" {
		out["NextContinuationToken"] = next
	}
	return out, nil
}

func (b *bucket) get(call call) (message, *fault) {
	o := b.objects[call.in["Key"].(string)]
	if o == nil {
		return nil, &fault{status: http.StatusNotFound, code: "NoSuchKey", message: "The specified key does not exist."}
	}
	if wanted, ok := call.in["IfMatch"]; ok && wanted != o.etag() {
		return nil, &fault{status: http.StatusPreconditionFailed, code: "PreconditionFailed", message: "At least one of the pre-conditions you specified did not hold"}
	}
	out := message{"ContentLength": strconv.Itoa(len(o.content)), "ETag": o.etag(), "LastModified": o.modified}
	if call.in["ChecksumMode"] == "ENABLED" && o.kept != "" {
		out["ChecksumSHA256"], out["ChecksumType"] = o.kept, o.kind
	}
	if call.operation == "GetObject" {
		out["Body"] = o.content
	}
	return out, nil
}

func (o *object) etag() string {
	sum := md5.Sum([]byte(o.content))
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// sumBase64 is the SHA-256 of a text as AWS writes it.
func sumBase64(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// sumHex is the SHA-256 of a text as reports have it.
func sumHex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
