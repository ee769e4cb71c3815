package model

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of what is read of a commit's message, in bytes, and kept of it.
const (
	maxMessage   = 64 << 10
	maxIssueKeys = 20
)

var issueKeyPattern = regexp.MustCompile(`[A-Z][A-Z0-9]{1,9}-[0-9]{1,7}`)

// notProjects are names of standards and the like, whose parts are numbered as issues
// are: UTF-8, SHA-256, CVE-2024 (of CVE-2024-3094), BSD-3 (of BSD-3-Clause). No tracker
// has a project of that name, as far as anybody would look for its issues here.
var notProjects = []string{"AES", "BSD", "CVE", "CWE", "GPL", "IEEE", "ISO", "LGPL", "MD", "RFC", "RSA", "SHA", "SHA3", "TLS", "UTF"}

// IssueKeys are the keys of issues that a commit's message names, such as PROJ-12: a
// capital letter with 1 to 9 capital letters or digits after it, a dash, and 1 to 7
// digits. They are in the order in which the message has them, each once, at most 20;
// those of the first 64 KiB are found. What is part of a longer word is none, nor is a
// version (RHEL-7.4), nor what is numbered in the same way, such as UTF-8, SHA-256 and
// RFC-9110.
func IssueKeys(message string) []string {
	keys := []string{}
	for _, at := range issueKeyPattern.FindAllStringIndex(message[:min(len(message), maxMessage)], -1) {
		key := message[at[0]:at[1]]
		if !standsAlone(message[:at[0]], message[at[1]:]) || slices.Contains(keys, key) {
			continue
		}
		if project, _, _ := strings.Cut(key, "-"); slices.Contains(notProjects, project) {
			continue
		}
		if keys = append(keys, key); len(keys) == maxIssueKeys {
			break
		}
	}
	return keys
}

// standsAlone reports whether what lies between two texts is a word, and no version.
func standsAlone(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, size := utf8.DecodeRuneInString(after)
	if isOfWord(last) || isOfWord(first) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(after[size:])
	return first != '.' || !unicode.IsDigit(next)
}

func isOfWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
