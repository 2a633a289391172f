package workflow

import "kyket/pact"

// followups says which jobs an act leaves behind.
var followups = map[pact.Act][]JobKind{
	pact.ActSigningClose: {JobSeal},
}
