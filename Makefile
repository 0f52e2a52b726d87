# Sinergi. `make run` starts the product, `make test` tests it; both bring what they need.
# Variables: PORT=8001 (run), ARGS="-k words" (test), PYTHON=/path/to/python3, DATABASE_URL, SINERGI_PG_BIN.

SHELL := /bin/sh
VENV := .venv/bin/python
ARGS ?=
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: run test check screens mutate bench format packages db-stop db-reset clean help

# The first Python that is new enough and can make a virtual environment.
define PACKAGES
@for python in "$(PYTHON)" python3.13 python3.12 python3.11 python3 python; do \
	if [ -n "$$python" ] && "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then exec "$$python" -m coordination.sandbox.packages $(1); fi; \
done; \
echo "sinergi: no Python 3.11 or later with its venv module was found: install it (Debian: apt install python3 python3-venv) or name one with PYTHON=." >&2; \
exit 2
endef

run: ## Start everything with the demo city: http://127.0.0.1:8000, or PORT=
	$(call PACKAGES,run)
	@exec $(VENV) -m coordination.sandbox.run

test: ## Run the tests; ARGS="-k words" for some of them
	$(call PACKAGES,dev)
	@exec $(VENV) -m coordination.sandbox.tests $(ARGS)

check: ## Lint, format, types, imports, migrations, deployment, access matrix, OpenAPI
	$(call PACKAGES,dev)
	@exec $(VENV) -m coordination.sandbox.check

mutate: ## Break the access code on purpose and see the tests go red
	$(call PACKAGES,dev)
	@exec $(VENV) -m coordination.sandbox.tests --run -m tests.mutate $(ARGS)

screens: ## Look at every page with chromium; SCREENS_DIR=/path keeps the pictures
	$(call PACKAGES,dev)
	@exec $(VENV) -m coordination.sandbox.tests tests/screens $(ARGS)

bench: ## Measure against a naive peer and print the ratios
	$(call PACKAGES,dev)
	@exec $(VENV) -m coordination.sandbox.tests --run -m bench $(ARGS)

format: ## Let ruff put the code in order
	$(call PACKAGES,dev)
	@$(VENV) -m ruff check --fix-only --quiet .
	@$(VENV) -m ruff format .

packages: ## Only make .venv with all packages
	$(call PACKAGES,dev)

db-stop: ## Stop the embedded PostgreSQL of this checkout
	$(call PACKAGES,run)
	@exec $(VENV) -m coordination.sandbox.postgres stop

db-reset: ## Stop it and delete its data: the next run begins anew
	$(call PACKAGES,run)
	@exec $(VENV) -m coordination.sandbox.postgres reset

clean: ## Remove .venv and caches; the database stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache staticfiles
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "  make %-10s %s\n", $$1, $$2 }'
