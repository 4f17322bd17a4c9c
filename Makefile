# Everything a person types. `make help` lists it.
SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=
JOBS   ?= logical

# No telemetry, and no look-up of a price table over the network.
export DO_NOT_TRACK = 1
export PREFECT_SERVER_ANALYTICS_ENABLED = false
export MLFLOW_DISABLE_TELEMETRY = true
export MLFLOW_SERVER_ENABLE_JOB_EXECUTION = false
export LITELLM_LOCAL_MODEL_COST_MAP = True

.PHONY: help setup experiment test ui env lint lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  ARGS are handed on: make experiment ARGS='--seed-size 300 --draws 2'"

experiment: $(VENV)/.runtime ## Set up, then run the demo experiment (ARGS: more flags of 'seedwise run')
	@$(BIN)/seedwise run --preset demo $(ARGS)

test: $(VENV)/.dev ## Set up, then run the tests in JOBS processes (ARGS: more flags of pytest)
	@$(BIN)/python -m pytest -n $(JOBS) --maxprocesses 8 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/.dev ## Check style, types, import rules and the shapes of YAML and compose files
	@scripts/lint

ui: $(VENV)/.runtime ## Start the Prefect and MLflow pages, and serve the experiment to them (Ctrl-C ends)
	@$(BIN)/seedwise ui $(ARGS)

env: ## Make the passwords that docker-compose.yml asks for, in .env
	@scripts/make-env

setup: $(VENV)/.runtime ## Only set up the virtual environment

lock: $(VENV)/uv ## Resolve the lock files anew from pyproject.toml
	@scripts/lock

clean: ## Remove the virtual environment; results and the journal stay
	rm -rf $(VENV) .uv

$(VENV)/uv: requirements-uv.lock scripts/bootstrap
	@PYTHON='$(PYTHON)' scripts/bootstrap
	@touch $@

$(VENV)/.runtime: requirements.lock pyproject.toml $(VENV)/uv
	@scripts/install requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml $(VENV)/uv
	@scripts/install requirements-dev.lock
	@touch $@ $(VENV)/.runtime
