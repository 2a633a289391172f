package scenario

// Signing as the file states it. Scenario.Ceremony gives it with defaults and one person an event.
type Signing struct {
	Mode     SigningMode `key:"mode" must:"yes"`
	Policy   Policy      `key:"policy"`
	Stamp    StampRule   `key:"stamp"`
	LevelMin Level       `key:"level_min"`
	Order    []Code      `key:"order"`
	Deadline *When       `key:"deadline"`
	OrgSeal  OrgSeal     `key:"org_seal"`
	Events   []Event     `key:"events" must:"yes"`
	Close    *Close      `key:"close"`
}

// Event is what happened to one or several members, or to a witness.
type Event struct {
	Members   []Code `key:"members" one:"member"`
	Witness   string `key:"witness"`
	At        When   `key:"at" must:"yes"`
	Place     Place  `key:"place"`
	Result    Result `key:"result" must:"yes"`
	TSA       bool   `key:"tsa"`
	StampedAt *When  `key:"stamped_at"`
	Reason    string `key:"reason"`
	Note      string `key:"note"`
}

// Close ends signing although somebody has not signed.
type Close struct {
	By     Code   `key:"by" must:"yes"`
	At     When   `key:"at" must:"yes"`
	Reason string `key:"reason" must:"yes"`
}
