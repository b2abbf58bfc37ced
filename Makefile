# `make run` and `make test` do all set-up on a fresh machine with Python 3.11+; no root needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
MARK := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help run test lint bench docs wheel clean

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# A current pip resolves this set in seconds; the one that comes with Python 3.11 may search for many minutes.
$(VENV)/.pip: constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新版本 (Python 3.11+ is needed)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Bringing pip up to date ..."
	@$(PIP) install --upgrade -c constraints.txt pip
	@touch $@

$(MARK)-run: $(VENV)/.pip pyproject.toml constraints.txt
	@echo "Installing the copilot (first time: about a minute) ..."
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(MARK)-dev: $(VENV)/.pip pyproject.toml constraints.txt
	@echo "Installing torch, then the extras models and dev (first time: a few minutes) ..."
	@$(PIP) install -c constraints.txt torch==2.13.0
	@$(PIP) install -c constraints.txt -e '.[models,dev]'
	@touch $@ $(MARK)-run

run: $(MARK)-run ## Set up, build the index, serve the web console (and Telegram with TELEGRAM_BOT_TOKEN)
	@$(BIN)/copilot run

test: $(MARK)-dev ## Set up and run all tests
	@$(BIN)/python -m pytest $(ARGS)

lint: $(MARK)-dev ## ruff, mypy (strict) and the one-way imports
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(MARK)-dev ## Print the budgets of the design with measured values beside them
	@LARGE="$(LARGE)" $(BIN)/python tests/benchmarks/budgets.py

docs: $(MARK)-dev ## Write the READMEs' reference, tour and screenshot from the running program
	@$(BIN)/python tests/docs/readme.py
	@mkdir -p docs && SCREENSHOT=docs/console.png $(BIN)/python -m pytest tests/web -k screenshot

wheel: $(MARK)-dev ## Build the wheel into dist/
	@$(BIN)/python -m build --wheel --no-isolation

clean: ## Remove the virtual environment and caches
	@rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
