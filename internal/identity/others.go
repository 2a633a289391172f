package identity

import "context"

// EndOthers ends all other sign-ins of the same person.
func (a *Accounts) EndOthers(ctx context.Context, s *Session) error {
	return a.store.EndSessions(ctx, s.Person, s.ID)
}
