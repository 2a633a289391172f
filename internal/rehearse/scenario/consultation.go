package scenario

// Consultation is the rounds and everything said in them and in the hall.
type Consultation struct {
	TacitConsent TacitConsent `key:"tacit_consent" must:"yes"`
	Rounds       []Round      `key:"rounds" must:"yes"`
	Comments     []Comment    `key:"comments" must:"yes"`
}

// TacitConsent is the cluster's rule on silence.
type TacitConsent struct {
	Enabled             bool   `key:"enabled" must:"yes"`
	Wording             string `key:"wording"`
	AgreedIn            string `key:"agreed_in"`
	RemindersBeforeDays []int  `key:"reminders_before_days"`
}

// Round is one circulation. DraftVersion is the label of the version that it was opened with.
type Round struct {
	Round        int       `key:"round" must:"yes"`
	DraftVersion string    `key:"draft_version" must:"yes"`
	Request      Request   `key:"request" must:"yes"`
	OpenedAt     When      `key:"opened_at" must:"yes"`
	DueAt        When      `key:"due_at" must:"yes"`
	ExtendedTo   *When     `key:"extended_to"`
	Channels     []Channel `key:"channels"`
	Replies      []Reply   `key:"replies" must:"yes"`
}

// Request is the letter that asks.
type Request struct {
	Number string `key:"number" must:"yes"`
	Date   When   `key:"date" must:"yes"`
	Signer Code   `key:"signer" must:"yes"`
}

// Reply is the answer of one or several agencies. ReceivedAt is nil for those who said nothing.
type Reply struct {
	Members        []Code     `key:"members" one:"member" must:"yes"`
	Type           ReplyType  `key:"type" must:"yes"`
	Number         string     `key:"number"`
	ReceivedAt     *When      `key:"received_at"`
	Note           string     `key:"note"`
	Tacit          bool       `key:"tacit"`
	Late           bool       `key:"late"`
	AcceptedByLead *bool      `key:"accepted_by_lead"` // late replies only; false counts as no reply
	Reminders      int        `key:"reminders"`
	ChasedByPhone  bool       `key:"chased_by_phone"`
	RecordedBy     RecordedBy `key:"recorded_by"` // "" : by the agency itself
	Scan           bool       `key:"scan"`
}

// Comment is one remark with its answer. Anchors are read in the version that the round was opened with.
type Comment struct {
	ID              string      `key:"id" must:"yes"`
	Round           int         `key:"round"`  // 0 : in the hall
	Source          Source      `key:"source"` // Hall or ""
	TakenDownBy     string      `key:"taken_down_by"`
	Member          Code        `key:"member" must:"yes"`
	Anchor          Anchor      `key:"anchor" must:"yes"`
	Quote           string      `key:"quote"` // "" : on the clause as a whole
	Kind            CommentKind `key:"kind" must:"yes"`
	Text            string      `key:"text" must:"yes"`
	Proposal        string      `key:"proposal"`
	Decision        Disposition `key:"decision" must:"yes"`
	Response        string      `key:"response" must:"yes"`
	ResultingText   *string     `key:"resulting_text"` // new text of the clause that the comment is anchored to
	Operations      []Operation `key:"operation" alone:"yes"`
	NoTextChange    string      `key:"no_text_change"`
	ConflictsWith   []string    `key:"conflicts_with"`
	Late            bool        `key:"late"`
	DissentRecorded bool        `key:"dissent_recorded"`
}

// Operation adds, moves or deletes a clause. Anchor "" is the comment's own. To is the place that the clause has when
// the operation is done, in the text as it then stands.
type Operation struct {
	Op      OperationKind `key:"op" must:"yes"`
	Anchor  Anchor        `key:"anchor"`
	To      Anchor        `key:"to"`
	Heading string        `key:"heading"`
	Text    string        `key:"text"`
	Cells   []string      `key:"cells"`
}

// InHall says that the comment was made at the conference.
func (c *Comment) InHall() bool { return c.Source == Hall }

// Due is the end of the round: the extension where there is one.
func (r *Round) Due() When {
	if r.ExtendedTo != nil {
		return *r.ExtendedTo
	}
	return r.DueAt
}

// CommentsIn lists the comments of a round in file order; round 0 are those of the hall.
func (c *Consultation) CommentsIn(round int) []*Comment {
	var in []*Comment
	for i := range c.Comments {
		k := &c.Comments[i]
		if k.InHall() == (round == 0) && (round == 0 || k.Round == round) {
			in = append(in, k)
		}
	}
	return in
}
