package api

import (
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
)

// register adds every address of the server: the one place where routes come from, so that the permission test sees
// them all.
func (s *server) register(e *gin.Engine) {
	a := humagin.New(e, s.config())
	s.describe(a)
	s.registerPeople(a)
	s.registerClusters(a)
	s.registerTexts(a)
	s.registerRounds(a)
	s.registerLedger(a)
	s.registerSigning(a)
	s.registerPublic(a)
	s.registerSite(e)
	s.registerSystem(e)
}
