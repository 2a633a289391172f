// Package i18n chooses between Vietnamese and English and holds the words of the interface in both. The texts of
// refusals stand beside the rules that refuse, in pact; this package knows neither rules nor pages.
package i18n

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Lang is a language of the interface, as its BCP 47 tag.
type Lang string

const (
	Vi Lang = "vi" // the first language, and that of every paper
	En Lang = "en"
)

// maxAccept bounds the header that is looked at; no browser sends more.
const maxAccept = 256

var matcher = language.NewMatcher([]language.Tag{language.Vietnamese, language.English})

// Choose gives the language of a request: what the address asks for (lang=en), else what the person chose before (the
// cookie), else what the browser prefers (Accept-Language, RFC 9110 §12.5.4), else Vietnamese.
func Choose(query, cookie, accept string) Lang {
	for _, asked := range []string{query, cookie} {
		if asked == string(Vi) || asked == string(En) {
			return Lang(asked)
		}
	}
	if accept == "" || len(accept) > maxAccept {
		return Vi
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return Vi
	}
	if _, i, sure := matcher.Match(tags...); sure != language.No && i == 1 {
		return En
	}
	return Vi
}

// Text is one wording in both languages; {name} stands for an argument.
type Text struct{ Vi, En string }

// In is the wording in a language.
func (t Text) In(lang Lang) string {
	if lang == En {
		return t.En
	}
	return t.Vi
}

// Catalogue holds the words of a part of the interface, by code.
type Catalogue map[string]Text

// Say is the wording of a code, with pairs of name and value put in. A code that is not there is shown as it stands, so
// that a forgotten text is seen and nothing breaks; Missing finds it before.
func (c Catalogue) Say(lang Lang, code string, pairs ...string) string {
	t, ok := c[code]
	if !ok {
		return code
	}
	replace := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		replace = append(replace, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(replace...).Replace(t.In(lang)) // one pass: a value is never read as a placeholder
}

// Missing lists the codes of want that have no wording, and those whose two wordings do not take the same arguments.
func (c Catalogue) Missing(want ...string) []string {
	var out []string
	for _, code := range want {
		if _, ok := c[code]; !ok {
			out = append(out, code)
		}
	}
	for code, t := range c {
		if t.Vi == "" || t.En == "" || !slices.Equal(arguments(t.Vi), arguments(t.En)) {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// arguments are the placeholders of a text, in order of name.
func arguments(text string) []string {
	var out []string
	for {
		_, rest, ok := strings.Cut(text, "{")
		if !ok {
			slices.Sort(out)
			return slices.Compact(out)
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return append(out, rest)
		}
		out, text = append(out, name), after
	}
}
