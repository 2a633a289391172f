# What each target does and needs: README.md. A target that cannot do its work yet says so and exits with 3.

# The server needs no C compiler, and neither does its test.
export CGO_ENABLED = 0

FUZZTIME ?= 30s
FUZZ     ?= .

# What `make components` has started: the address of PostgreSQL and the Python that has PyYAML.
components = set -a; if [ -f build/components.env ]; then . ./build/components.env; fi; set +a

.PHONY: demo build test components interop e2e bench fuzz lint

demo:
	go run ./cmd/kyket demo

build:
	go build -trimpath -o build/kyket ./cmd/kyket

test:
	@$(components); go test ./...

components:
	@test/components/up

interop: build
	@$(components); "$${KYKET_PYTHON:-python3}" test/interop/interop.py

e2e:
	@rm -rf build/shots
	@$(components); KYKET_E2E=1 go test -count=1 -timeout 20m ./test/e2e/...

bench: build
	@$(components); go test -run '^$$' -bench . -benchmem ./... >build/bench.txt || { cat build/bench.txt; exit 1; }
	@$(components); "$${KYKET_PYTHON:-python3}" test/bench/program.py build/kyket >>build/bench.txt
	@$(components); "$${KYKET_PYTHON:-python3}" test/bench/table.py build/bench.txt build/bench.json

# Go runs one target of one package at a time. Minimising is kept short: it eats the time of the search.
fuzz:
	@grep -rEo --include='*_test.go' '^func Fuzz\w+' . | sed 's/:func / /' | grep -E '$(FUZZ)' | while read -r file name; do \
		echo "== $$(dirname $$file) $$name"; \
		go test -run '^$$' -fuzz "^$$name$$" -fuzztime '$(FUZZTIME)' -fuzzminimizetime 1s "$$(dirname $$file)" || exit 1; \
	done

# The import rules, the texts of every message and the generated pages of docs/ are held by tests.
lint:
	@files=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$files" ]; then echo "not formatted by gofmt:"; echo "$$files"; exit 1; fi
	go vet ./...
	go tool staticcheck ./...
	go test -run '^Test(Imports|StatesDocument|EveryCode|EveryStateAndAct|Catalogue)' . ./pact ./api/...
