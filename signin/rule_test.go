package signin

import (
	"strings"
	"testing"
)

func TestRules(t *testing.T) {
	t.Parallel()
	const text = "ada@example.com=admin, *@example.com = reader,group:platform=Member,group:/ops/on-call=reporter,"
	rules, err := ParseRules(text)
	if err != nil || len(rules) != 4 {
		t.Fatalf("got %v, %v", rules, err)
	}
	everybody, err := ParseRules("*=reader")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		said claims
		want string
	}{
		"Address":         {claims{Email: "Ada@Example.COM", EmailVerified: true}, "ADMIN"},
		"Domain":          {claims{Email: "grace@example.com", EmailVerified: true}, "READER"},
		"HighestWins":     {claims{Email: "grace@example.com", EmailVerified: true, Groups: texts{"other", "platform"}}, "MEMBER"},
		"Group":           {claims{Groups: texts{"/ops/on-call"}}, "REPORTER"},
		"NotVerified":     {claims{Email: "ada@example.com"}, ""},
		"Subdomain":       {claims{Email: "ada@evil.example.com", EmailVerified: true}, ""},
		"LikeTheDomain":   {claims{Email: "ada@evilexample.com", EmailVerified: true}, ""},
		"LongerDomain":    {claims{Email: "ada@example.com.evil", EmailVerified: true}, ""},
		"DomainInside":    {claims{Email: "\"x@example.com\"@evil.com", EmailVerified: true}, ""},
		"NoName":          {claims{Email: "@example.com", EmailVerified: true}, ""},
		"OtherLetters":    {claims{Email: "ada@e\u212aample.com", EmailVerified: true}, ""},
		"GroupOtherCase":  {claims{Groups: texts{"Platform"}}, ""},
		"GroupAsAddress":  {claims{Email: "group:platform", EmailVerified: true}, ""},
		"AddressAsGroup":  {claims{Groups: texts{"ada@example.com", "*", "*@example.com"}}, ""},
		"NameIsNoAddress": {claims{Name: "ada@example.com", Username: "ada@example.com", Subject: "ada@example.com", EmailVerified: true}, ""},
		"Nobody":          {claims{}, ""},
	} {
		if role, ok := roleOf(rules, &tt.said); string(role) != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: got %q, want %q", name, role, tt.want)
		}
		if role, _ := roleOf(everybody, &tt.said); role != "READER" {
			t.Errorf("%s: not everybody comes in", name)
		}
	}
}

func TestParseRules_Refused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"ada@example.com":            "says no role",
		"ada@example.com=":           "has the role",
		"ada@example.com=owner":      "has the role",
		"ada=admin":                  "must be an address",
		"@example.com=admin":         "must be an address",
		"ada@=admin":                 "must be an address",
		"*@*=admin":                  "must be an address",
		"*@*.example.com=admin":      "must be an address",
		"a*@example.com=admin":       "must be an address",
		"a@b@example.com=admin":      "must be an address",
		"group:=admin":               "must be an address",
		"=admin":                     "must be an address",
		"**=admin":                   "must be an address",
		"ada@example.com=owner, x=y": "\n",
	} {
		if _, err := ParseRules(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/": "/", "/o/acme?tab=1#x": "/o/acme?tab=1#x", "/o/acme%20x": "/o/acme%20x",
		"": "/", "o/acme": "/", "//evil.example": "/", "/\\evil.example": "/", "\\/evil.example": "/", "https://evil.example": "/", "javascript:alert(1)": "/",
		"/\t/evil.example": "/", "/\n/evil.example": "/", "/o\\..\\evil": "/", "/%zz": "/", "///evil.example": "/", "/" + strings.Repeat("x", 1000): "/",
	} {
		if got := localPath(path); got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
}

func TestReadable(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		" Ada\nLovelace\x00 ": "Ada Lovelace", "\xff": "", "": "", "Zoë 李": "Zoë 李", strings.Repeat("é", 300): strings.Repeat("é", 200),
	} {
		if got := readable(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestCheckIssuer(t *testing.T) {
	t.Parallel()
	for issuer, ok := range map[string]bool{
		"https://accounts.google.com": true, "https://acme.eu.auth0.com/": true, "https://id.example/realms/acme": true, "http://127.0.0.1:5556/dex": true, "http://localhost": true, "http://[::1]:1": true,
		"": false, "id.example": false, "http://id.example": false, "https://u:p@id.example": false, "https://id.example?x": false, "ftp://id.example": false,
	} {
		if err := CheckIssuer(issuer); (err == nil) != ok {
			t.Errorf("%q: %v", issuer, err)
		}
	}
}
