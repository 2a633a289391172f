package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// describe puts the shape of our problems into the OpenAPI document.
func (s *server) describe(a huma.API) {
	doc := a.OpenAPI()
	doc.Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	doc.OnAddOperation = append(doc.OnAddOperation, func(doc *huma.OpenAPI, _ *huma.Operation) {
		delete(doc.Components.Schemas.Map(), "ErrorModel") // huma's own form of a problem, which we never send
		delete(doc.Components.Schemas.Map(), "ErrorDetail")
	})
	s.routes = append(s.routes,
		Route{Method: "GET", Path: "/api/v1/openapi.json", Access: Public, Summary: "This document"},
		Route{Method: "GET", Path: "/api/v1/openapi-3.0.json", Access: Public},
		Route{Method: "GET", Path: "/api/v1/openapi.yaml", Access: Public},
		Route{Method: "GET", Path: "/api/v1/openapi-3.0.yaml", Access: Public})
}
