// Package i18n chooses between Vietnamese and English. The words stand where they are used, in both languages: those of
// refusals beside the rules in pact, those of pages in the pages. This package knows neither.
package i18n

import "golang.org/x/text/language"

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
