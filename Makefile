# The front door. `make help` lists what there is.
PYTHON ?= python3
VENV := .venv/bin/python
EVERYTHING := -n auto --maxprocesses 4 --dist worksteal
ALONE := $(VENV) -m uv run --quiet --isolated --no-project --with-requirements
APART := $(ALONE) requirements/sbom.txt
SETUP := @$(PYTHON) -m clinic.stack.bootstrap

.DEFAULT_GOAL := help
.PHONY: help setup run test screenshots samples words lint bench sbom audit backup backup-key check-backups restore upgrade psql manage lock clean

help:  ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

setup:  ## Install everything that running needs
	$(SETUP) run

run: setup  ## Start the clinic with demo data (PORT=8000, HOST=127.0.0.1, DEMO=0 for an empty one)
	@exec $(VENV) -m clinic.stack run

test:  ## Run all tests (ARGS="tests/billing -k issue" for some)
	$(SETUP) test
	@$(VENV) -m pytest $(or $(ARGS),$(EVERYTHING))

lint:  ## Check style, types, imports, templates and migrations
	$(SETUP) test
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) -m mypy .
	$(VENV) -m djlint templates --lint --quiet
	.venv/bin/lint-imports
	$(VENV) manage.py check --fail-level WARNING
	$(VENV) -W ignore manage.py makemigrations --check --dry-run

screenshots:  ## Take the README's pictures of the running demo (PORT=8000)
	$(SETUP) test
	@$(VENV) -m tests.screenshots http://127.0.0.1:$(or $(PORT),8000)

samples:  ## Draw the pictures that printed papers are compared with anew (FOLDER=... for PDFs to look at)
	$(SETUP) test
	@$(VENV) -m tests.samples $(or $(FOLDER),tests/billing/samples)

words:  ## Collect what pages say and compile the Hindi of it (needs GNU gettext)
	$(SETUP) test
	@$(VENV) manage.py makemessages --locale hi --no-wrap --no-location --no-obsolete --ignore .venv --ignore tests
	@$(VENV) -m babel.messages.frontend compile --directory locale --domain "django paper" --statistics

bench:  ## Measure the main pages
	$(SETUP) test
	@$(VENV) -m tests.bench

backup: setup  ## Seal the database and the uploads into one file in backups/
	@$(VENV) -m clinic.stack backup

backup-key: setup  ## Make the pair of keys of backups, once; the private one belongs elsewhere
	@$(VENV) -m clinic.stack backup-key

check-backups: setup  ## Say whether the backups are fresh and whole (KEY=... opens the newest)
	@$(VENV) -m clinic.stack check-backups $(if $(KEY),--key "$(KEY)")

restore: setup  ## Read a backup into an empty clinic (FILE=backups/... KEY=the private key's file)
	@$(if $(KEY),BACKUP_KEY_FILE="$(KEY)") $(VENV) -m clinic.stack restore "$(FILE)"

upgrade: setup  ## Bring the data to this copy of the code, or leave it as it is (STOP=1 ends a running clinic)
	@$(if $(STOP),STOP="$(STOP)") $(if $(ACCEPT),ACCEPT="$(ACCEPT)") $(VENV) -m clinic.stack upgrade

psql: setup  ## Open the database's prompt
	@$(VENV) -m clinic.stack psql

manage: setup  ## Run a command of manage.py on this clinic (ARGS="first_run")
	@$(VENV) -m clinic.stack manage $(ARGS)

sbom:  ## List what the product is made of, and under which licences (FOLDER=sbom)
	$(SETUP) run
	@mkdir -p $(or $(FOLDER),sbom)
	@$(APART) cyclonedx-py environment --output-reproducible --output-file $(or $(FOLDER),sbom)/sbom.json $(VENV)
	@$(APART) pip-licenses --python $(VENV) --from mixed --format markdown --with-urls --output-file $(or $(FOLDER),sbom)/licences.md

audit:  ## Ask a list of known holes (PyPI's) about every part that a clinic runs; needs a network
	$(SETUP) run
	@$(ALONE) requirements/audit.txt pip-audit --strict --require-hashes --disable-pip --progress-spinner off \
	  --requirement requirements/base.txt --requirement requirements/uv.txt || { \
	  echo "Above stand the parts with a known hole. If there are none, the list could not be asked (no network, or a" \
	  "mirror that doesn't pass the question on) and nothing is known of any part."; exit 1; }

lock:  ## Pin the newest allowed packages with their hashes
	$(SETUP) test
	@cd requirements && for name in uv base dev sbom audit; do \
	  ../$(VENV) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	    --upgrade --quiet $$name.in -o $$name.txt || exit 1; done

clean:  ## Remove the environment and caches; the data stays
	rm -rf .venv .static .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .data/test
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
