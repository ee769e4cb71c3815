package signin

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/landfall-dev/landfall/model"
)

// groupPrefix begins a rule for a group of the provider.
const groupPrefix = "group:"

// Rule lets people in whom a provider proves, with a role. Who is an e-mail address
// (ada@example.com), all of a domain (*@example.com), a group (group:platform), or
// everybody (*). Addresses count only if the provider has verified them.
type Rule struct {
	Who  string
	Role model.Role
}

// ParseRules reads rules as operators write them, with commas between:
// `ada@example.com=admin, *@example.com=reader`. All that is wrong is in the one error.
func ParseRules(text string) ([]Rule, error) {
	var rules []Rule
	var problems []error
	for written := range strings.SplitSeq(text, ",") {
		if written = strings.TrimSpace(written); written == "" {
			continue
		}
		rule, err := parseRule(written)
		problems = append(problems, err)
		rules = append(rules, rule)
	}
	return rules, errors.Join(problems...)
}

func parseRule(written string) (Rule, error) {
	i := strings.LastIndexByte(written, '=')
	if i < 0 {
		return Rule{}, fmt.Errorf("%q says no role: write it as WHO=role, such as %s=reader", written, written)
	}
	rule := Rule{Who: strings.TrimSpace(written[:i]), Role: model.Role(strings.ToUpper(strings.TrimSpace(written[i+1:])))}
	if !rule.Role.Includes(model.RoleReader) {
		return Rule{}, fmt.Errorf("%q has the role %q, which must be reader, reporter, member or admin", written, written[i+1:])
	}
	group, isGroup := strings.CutPrefix(rule.Who, groupPrefix)
	name, domain, isAddress := strings.Cut(rule.Who, "@")
	switch {
	case rule.Who == "*", isGroup && group != "":
	case !isGroup && isAddress && name != "" && domain != "" && !strings.ContainsAny(domain, "@* ") && (name == "*" || !strings.ContainsAny(name, "* ")):
	default:
		return Rule{}, fmt.Errorf("%q is for %q, which must be an address (ada@example.com), a domain (*@example.com), a group (group:platform) or everybody (*)", written, rule.Who)
	}
	return rule, nil
}

// fits reports whether a rule is for somebody.
func (r Rule) fits(c *claims) bool {
	if r.Who == "*" {
		return true
	}
	if group, ok := strings.CutPrefix(r.Who, groupPrefix); ok {
		return slices.Contains(c.Groups, group)
	}
	if !bool(c.EmailVerified) {
		return false
	}
	who, email := lower(r.Who), lower(c.Email)
	if domain, ok := strings.CutPrefix(who, "*@"); ok {
		i := strings.LastIndexByte(email, '@')
		return i > 0 && email[i+1:] == domain
	}
	return who == email
}

// roleOf is the highest role that somebody has by the rules, and whether there is one.
func roleOf(rules []Rule, c *claims) (role model.Role, ok bool) {
	for _, r := range rules {
		if r.fits(c) && (!ok || r.Role.Includes(role)) {
			role, ok = r.Role, true
		}
	}
	return role, ok
}

// lower is a text in lower case, of ASCII only: among other letters there are some that
// become a letter of ASCII, which may be somebody else's address.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return r
	}, s)
}
