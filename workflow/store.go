package workflow

import (
	"context"
	"time"

	"kyket/pact"
)

// Store is the unit of work. internal/store satisfies it on SQLite and PostgreSQL.
type Store interface {
	// Do takes the locks and runs fn in one transaction: the aggregates that fn saves, the events with their log
	// leaves, the jobs that follow and, when call has a Key, the answer commit together or not at all. fn may be run
	// again when the database asks for it, so it changes nothing outside Tx.
	//
	// A call whose key was answered before returns that answer without running fn; the same key with another
	// Fingerprint is pact.ErrKeyReused. A lost race on a row version is pact.ErrStale.
	Do(ctx context.Context, call Call, locks []Lock, fn func(Tx) ([]byte, error)) ([]byte, error)
	// View runs fn on one consistent snapshot.
	View(ctx context.Context, fn func(Reader) error) error
	// OpenJobs counts the jobs of a pact that are waiting, running or to be retried.
	OpenJobs(ctx context.Context, id pact.PactID) (int, error)
}

// Call is who asks, and what makes a repeated request recognisable.
type Call struct {
	Actor pact.Actor
	// Key is the Idempotency-Key, unique per person; empty when the request may not be repeated.
	Key string
	// Fingerprint is the digest of method, path and body of the request.
	Fingerprint pact.Digest
}

// Lock names a row that a transaction depends on. The store takes locks in one order (by kind, then id), so that no two
// acts wait for each other.
type Lock struct {
	Kind   LockKind
	ID     string // as made by the functions below
	Shared bool
}

// LockKind orders the locks.
type LockKind int

// The kinds of rows that are locked, in the order of locking.
const (
	LockCluster LockKind = iota + 1
	LockPact
	LockDraft
	LockRound
	LockFile
)

// Reader reads aggregates. What does not exist is pact.ErrNotFound. Lists are empty rather than an error and come in
// the order that their comment states.
type Reader interface {
	Cluster(id pact.ClusterID) (*pact.Cluster, error)
	Clusters() ([]*pact.Cluster, error) // by year, newest first, then code
	Pact(id pact.PactID) (*pact.Pact, error)
	PactByCode(code string) (*pact.Pact, error)
	// Pacts lists the pacts of the clusters (all when none is named), newest first, after the given id.
	Pacts(clusters []pact.ClusterID, after pact.PactID, limit int) ([]*pact.Pact, error)
	Draft(id pact.PactID) (*pact.Draft, error)
	Version(id pact.PactID, number int) (*pact.Version, error)
	Versions(id pact.PactID) ([]*pact.Version, error) // by number
	Round(id pact.PactID, number int) (*pact.Round, error)
	Rounds(id pact.PactID) ([]*pact.Round, error) // by number
	Reply(id pact.PactID, round int, agency pact.AgencyCode) (*pact.Reply, error)
	Replies(id pact.PactID, round int) ([]*pact.Reply, error) // by agency code
	HallComments(id pact.PactID) ([]*pact.Comment, error)     // by number
	Comment(id pact.CommentID) (*pact.Comment, error)         // of a reply or from the hall
	Resolution(id pact.CommentID) (*pact.Resolution, error)
	Resolutions(id pact.PactID) ([]*pact.Resolution, error) // by round (the hall last), then order
	File(id pact.PactID) (*File, error)
	Session(id string) (*Session, error)
	Sessions(id pact.PactID) ([]*Session, error) // newest first
	Certificate(person pact.PersonID, sha pact.Digest) (*Certificate, error)
	Certificates(person pact.PersonID) ([]*Certificate, error)
	// Events lists the events of a pact after the given one (empty: from the first), oldest first.
	Events(id pact.PactID, after string, limit int) ([]*Event, error)
}

// Tx writes within one transaction. A Save inserts when RowVersion is 0, else it updates the row whose version it is;
// another version is pact.ErrStale. It raises RowVersion.
type Tx interface {
	Reader
	SaveCluster(*pact.Cluster) error
	SavePact(*pact.Pact) error
	SaveDraft(*pact.Draft) error
	AddVersion(*pact.Version) error
	SaveRound(*pact.Round) error
	SaveReply(*pact.Reply) error
	SaveHallComment(*pact.Comment) error // inserts; a comment from the hall is never changed
	SaveResolution(*pact.Resolution) error
	SaveFile(*File) error
	SaveSession(*Session) error
	SaveCertificate(*Certificate) error
	// Append records an event. The last event of a transaction carries, for every aggregate saved in it, its hash
	// before and after.
	Append(*Event) error
	// Enqueue adds a job to the transaction. A job that waits already is not added twice.
	Enqueue(Job) error
}

// File is the signed file's head and the queue before it: what prepare, finish and the ticket depend on. It is apart
// from the pact since it changes at the pace of signing.
type File struct {
	Pact pact.PactID
	// SHA256 is the file's head, Parent what it extends.
	SHA256 pact.Digest
	Number int // of the revision; 0 is the base
	// Head is pades' storable knowledge of the file, as JSON.
	Head []byte
	// Queue is the ticket queue, as JSON of signing.Queue.
	Queue []byte
	// Chains are the certificates that the seal needs evidence for, each with what came beside it (DER, leaf first):
	// of the certification and of the time-stamp authorities.
	Chains     [][][]byte
	RowVersion int64
}

// Session is one attempt to sign, from the ticket to the committed increment; it survives a restart.
type Session struct {
	ID      string
	Pact    pact.PactID
	Person  pact.PersonID
	Agency  pact.AgencyCode // empty: a witness or the service
	Field   string
	SignIn  string      // the sign-in that the consent was given in
	State   string      // a state of signing.Session
	Head    pact.Digest // the head that Prepared extends
	Body    []byte      // JSON of what the signing room needs to go on
	Created time.Time
	Ends    time.Time // on the machine's clock
	// RowVersion guards against two answers for one attempt.
	RowVersion int64
}

// Certificate is a certificate bound to a person by the server.
type Certificate struct {
	Person    pact.PersonID
	SHA256    pact.Digest
	DER       []byte
	Chain     [][]byte // issuing certificates, leaf's issuer first
	Provider  string   // what holds the key
	Device    string
	Simulated bool
	AddedAt   time.Time
}

// Event is one entry of the history. Nothing changes state without one; autosave is none.
type Event struct {
	ID         string // UUIDv7
	Seq        int64  // set by the store: the order of commit as the log sees it
	Act        pact.Act
	Actor      pact.PersonID // empty: the service
	Agency     pact.AgencyCode
	Cluster    pact.ClusterID
	Pact       pact.PactID
	OccurredAt time.Time // when it happened, by the pact's clock
	RecordedAt time.Time // when we wrote it, by the pact's clock
	// Body holds what happened, as JSON: for people to read, erasable without harm to the log.
	Body []byte
	// Touched is filled by the store.
	Touched []Touched
}

// Touched is an aggregate that an event changed, with its hash before (zero: new) and after.
type Touched struct {
	Kind          string // cluster, pact, version, round, reply, comment, resolution
	ID            string
	Before, After pact.Digest
}

// Job is work that follows an act and may be repeated without harm.
type Job struct {
	Kind JobKind
	Pact pact.PactID
}

// JobKind names a job; handlers are wired in cmd.
type JobKind string

// The jobs.
const (
	// JobStamp asks for a document time stamp over signatures that are at B-B.
	JobStamp JobKind = "stamp"
	// JobSeal brings the file to its target level.
	JobSeal JobKind = "seal"
)

// OnCluster, OnPact, OnDraft, OnRound and OnFile name the row to lock exclusively; Share makes a lock shared.
func OnCluster(id pact.ClusterID) Lock { return Lock{Kind: LockCluster, ID: string(id)} }

// OnPact locks the pact's row.
func OnPact(id pact.PactID) Lock { return Lock{Kind: LockPact, ID: string(id)} }

// OnDraft locks the draft's row.
func OnDraft(id pact.PactID) Lock { return Lock{Kind: LockDraft, ID: string(id)} }

// OnFile locks the signed file's row.
func OnFile(id pact.PactID) Lock { return Lock{Kind: LockFile, ID: string(id)} }

// OnRound locks a round's row.
func OnRound(id pact.PactID, number int) Lock {
	return Lock{Kind: LockRound, ID: RoundKey(id, number)}
}

// Share turns a lock into a shared one: what depends on a state without changing it.
func Share(l Lock) Lock { l.Shared = true; return l }

// RoundKey is the id of a round's row.
func RoundKey(id pact.PactID, number int) string { return string(id) + "/" + itoa(number) }
