# Two commands do everything: `make run` opens the demo floor, `make test` runs the whole suite.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test check mutants soak bench pictures docs clean

help: ## list what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /  \t/'

# The stamp is newer than both files once the environment holds what they ask for.
$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "salesdesk needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	$(BIN)/python -m compileall -q salesdesk
	touch $@

run: $(VENV)/ready ## open the living demo floor
	$(BIN)/salesdesk demo

test: $(VENV)/ready check ## the whole suite: lint, types, layers, tests
	$(BIN)/python -m pytest -n $(JOBS)

check: $(VENV)/ready ## lint, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

mutants: $(VENV)/ready ## seeded mistakes: each must be seen by the suite
	JOBS=$(JOBS) $(BIN)/python tools/mutants.py

soak: $(VENV)/ready ## long runs: hundreds of kills, long random sessions
	SALESDESK_SOAK=1 $(BIN)/python -m pytest -m soak

bench: $(VENV)/ready ## measure against baselines, at most 15 minutes
	$(BIN)/salesdesk bench

pictures: $(VENV)/ready ## draw the screens of the README anew
	$(BIN)/python tools/pictures.py docs/pictures

docs: $(VENV)/ready ## write docs/definitions.md and the README's key sheet anew
	$(BIN)/python tools/documents.py

clean: ## remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
