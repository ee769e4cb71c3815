package model

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds and defaults of the rule for hotfixes.
const (
	maxHotfixWords  = 10
	maxHotfixWithin = 31 * 24 * 3600 // seconds
	hotfixWithin    = 24 * 3600      // seconds
)

// hotfixWords are the words that a hotfix begins with if nobody says others.
func hotfixWords() []string { return []string{"hotfix", "revert"} }

// HotfixRule says which version counts as mending the one that it replaces: one that
// comes soon after it, with a commit that says so.
type HotfixRule struct {
	Within int      // seconds; 0 switches the rule off
	Words  []string // what the subject of such a commit begins with
}

// HotfixRuleInput is the rule as it is given.
type HotfixRuleInput = HotfixRule

// DefaultHotfixRule is the rule that holds if nobody says another.
func DefaultHotfixRule() HotfixRule { return HotfixRule{Within: hotfixWithin, Words: hotfixWords()} }

// Validate checks bounds. It returns KindInvalid.
func (r HotfixRule) Validate() error {
	if r.Within < 0 || r.Within > maxHotfixWithin {
		return Invalid("hotfix.within", "within is %d seconds, and must be from 1 to %d (31 days), or 0 for no such rule", r.Within, maxHotfixWithin)
	}
	if len(r.Words) > maxHotfixWords {
		return Invalid("hotfix.words", "%d words were given, and %d are taken", len(r.Words), maxHotfixWords)
	}
	for _, word := range r.Words {
		if err := ValidateText("hotfix.words", word, 1, 50); err != nil {
			return err
		}
		if strings.ContainsFunc(word, endsWord) {
			return Invalid("hotfix.words", "%q is not one word: write letters, digits, '-' and '_'", clip(word, 50))
		}
	}
	return nil
}

// mends reports whether a version that was first seen after another one, for so long,
// and brought these commits, mended it.
func (r HotfixRule) mends(after time.Duration, brought []*Commit) bool {
	return r.isSoon(after) && slices.ContainsFunc(brought, func(c *Commit) bool { return r.fits(c.Subject) })
}

func (r HotfixRule) isSoon(after time.Duration) bool {
	return after <= time.Duration(r.Within)*time.Second && r.Within > 0
}

// fits reports whether the subject of a commit begins with one of the words, in any
// case: at its beginning, or after what stands before a subject, such as `[PAY-12]`,
// `(prod)`, `fix:` or `fix(api)!:`. The word must end there: `reverts` is not `revert`.
func (r HotfixRule) fits(subject string) bool {
	for rest := strings.ToLower(strings.TrimSpace(subject)); rest != ""; rest = afterPrefix(rest) {
		for _, word := range r.Words {
			after, begins := strings.CutPrefix(rest, strings.ToLower(word))
			if next, _ := utf8.DecodeRuneInString(after); begins && (after == "" || !isOfWord(next)) {
				return true
			}
		}
	}
	return false
}

// endsWord reports whether a character cannot be in a word of the rule.
func endsWord(r rune) bool {
	return !isOfWord(r) && r != '-'
}

// afterPrefix is what follows a prefix of a subject; nothing if it begins with none.
func afterPrefix(subject string) string {
	end := -1
	switch subject[0] {
	case '[':
		end = strings.IndexByte(subject, ']')
	case '(':
		end = strings.IndexByte(subject, ')')
	default:
		// A prefix with a colon is one word, in which a bracket may have several.
		if colon := strings.IndexByte(subject, ':'); colon >= 0 && !strings.ContainsRune(withoutBracket(subject[:colon]), ' ') {
			end = colon
		}
	}
	if end < 0 {
		return ""
	}
	return strings.TrimSpace(subject[end+1:])
}

func withoutBracket(text string) string {
	before, rest, found := strings.Cut(text, "(")
	_, after, closed := strings.Cut(rest, ")")
	if !found || !closed {
		return text
	}
	return before + after
}
