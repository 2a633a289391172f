package validate

import (
	"fmt"

	"golang.org/x/text/unicode/norm"
)

// failure is why a signature is not passed.
type failure struct {
	indication, sub string
	message         Message
}

func failed(sub, code string, args ...any) *failure {
	return &failure{Failed, sub, say(code, args...)}
}

func indeterminate(sub, code string, args ...any) *failure {
	return &failure{Indeterminate, sub, say(code, args...)}
}

// say fills the sentences of a code.
func say(code string, args ...any) Message {
	s := sentences[code]
	return Message{code, norm.NFC.String(fmt.Sprintf(s[0], args...)), fmt.Sprintf(s[1], args...)}
}
