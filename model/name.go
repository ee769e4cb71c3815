package model

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	namePattern       = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9.~_-]{0,127}$`)
	repositoryPattern = regexp.MustCompile(`^[a-zA-Z0-9._-]+(/[a-zA-Z0-9._-]+){1,5}$`)
	snapshotSuffix    = regexp.MustCompile(`~[0-9]*$`)
)

// ValidateName checks the name of an organization, flow or environment (what
// says which): up to 128 letters, digits, `.`, `-`, `_` and `~`, beginning with a
// letter or digit. It returns KindInvalid.
func ValidateName(what, name string) error {
	if !namePattern.MatchString(name) {
		return Invalid(what, "%q cannot be the name of %s %s: use up to 128 letters, digits, '.', '-', '_' and '~', beginning with a letter or digit", clip(name, 60), article(what), what)
	}
	if snapshotSuffix.MatchString(name) {
		return Invalid(what, "%q cannot be the name of %s %s: it ends as a reference to an older snapshot does", clip(name, 60), article(what), what)
	}
	return nil
}

// ValidateRepositoryName checks the name of a repository with its owner, such
// as `cyber-dojo/runner`. It returns KindInvalid.
func ValidateRepositoryName(name string) error {
	if len(name) > 200 || !repositoryPattern.MatchString(name) {
		return Invalid("repository", "%q is not the name of a repository: write it with its owner, such as cyber-dojo/runner", clip(name, 60))
	}
	return nil
}

// ValidateText checks text for people: valid UTF-8 without control characters
// (Postgres cannot keep some), from least to most characters. It returns
// KindInvalid.
func ValidateText(field, s string, least, most int) error {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		return Invalid(field, "%s holds characters that are not text", field)
	}
	if n := utf8.RuneCountInString(s); n < least || n > most {
		return Invalid(field, "%s has %d characters, and must have from %d to %d", field, n, least, most)
	}
	return nil
}

// ValidateURL checks an absolute http or https URL of at most 2000 bytes. It
// returns KindInvalid.
func ValidateURL(field, s string) error {
	u, err := url.Parse(s)
	if err != nil || len(s) > 2000 || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || ValidateText(field, s, 1, 2000) != nil {
		return Invalid(field, "%s is %q, and must be an absolute http or https URL", field, clip(s, 100))
	}
	return nil
}

// CleanText makes text of a forge fit to be kept: what Postgres or a terminal
// could not stand is replaced, and what is too long is cut.
func CleanText(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most])
	}
	return s
}

func article(noun string) string {
	if noun != "" && strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an"
	}
	return "a"
}
