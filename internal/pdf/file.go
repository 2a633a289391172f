package pdf

// Limits against hostile input.
const (
	maxDepth = 64 // nesting of arrays and dictionaries
)
