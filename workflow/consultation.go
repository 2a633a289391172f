package workflow

import "kyket/pact"

// consultation reads the whole record of a pact's consultation: what the comment ledger is made of.
func consultation(tx Reader, p *pact.Pact) (pact.Consultation, error) {
	var c pact.Consultation
	cl, err := tx.Cluster(p.Cluster)
	if err != nil {
		return c, err
	}
	versions, err := tx.Versions(p.ID)
	if err != nil {
		return c, err
	}
	rounds, err := tx.Rounds(p.ID)
	if err != nil {
		return c, err
	}
	hall, err := tx.HallComments(p.ID)
	if err != nil {
		return c, err
	}
	answers, err := tx.Resolutions(p.ID)
	if err != nil {
		return c, err
	}
	c = pact.Consultation{Cluster: cl, Versions: values(versions), Rounds: values(rounds), Hall: values(hall),
		HallVersion: p.Laid, Resolutions: values(answers), Adoption: p.Adoption}
	for _, r := range rounds {
		replies, err := tx.Replies(p.ID, r.Number)
		if err != nil {
			return c, err
		}
		for _, y := range replies {
			if y.Sent() {
				c.Replies = append(c.Replies, *y)
			}
		}
	}
	return c, nil
}

// ledgerBytes are the canonical bytes of the comment ledger as it stands.
func ledgerBytes(tx Reader, p *pact.Pact) ([]byte, error) {
	c, err := consultation(tx, p)
	if err != nil {
		return nil, err
	}
	return pact.Ledger(c)
}
