# Everything that a developer does; `make` alone lists it. Only Python 3.11+ with venv has to be
# there before: Node comes into the virtual environment from PyPI, the CDK's command line from npm.

VENV := .venv
BIN := $(VENV)/bin
CDK := node_modules/.bin/cdk
VENV_STAMP := $(VENV)/.installed
NODE_STAMP := node_modules/.installed
CONTAINERS := pytorch2.9 pytorch2.11
CONTAINER_VENV := .venv-container

# Options to hand on: make test PYTEST_OPTIONS="-k cli", make deploy CDK_OPTIONS="--profile lab".
PYTEST_OPTIONS ?=
CDK_OPTIONS ?=

# npm's scripts and the CDK find node and python by name.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The Node of PyPI's package knows no authority but its own: behind a proxy it needs the system's.
export NODE_USE_SYSTEM_CA := 1
export CDK_DISABLE_CLI_TELEMETRY := true

.PHONY: help setup demo test test-container check bootstrap deploy docs clean
.DELETE_ON_ERROR:
.PRECIOUS: $(CONTAINER_VENV)/%/.installed

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r target text; do \
		printf '%-20s %s\n' "$$target" "$$text"; done

setup: $(VENV_STAMP) $(NODE_STAMP) ## Install everything into .venv and node_modules

demo: setup ## Run a real comparison on this machine, without AWS and without a model hub
	$(BIN)/python -m demo

test: setup ## Run all tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup --no-loadscope-reorder $(PYTEST_OPTIONS)

test-container: $(CONTAINERS:%=test-container-%) ## Test train/ with the libraries of each training image

test-container-%: $(CONTAINER_VENV)/%/.installed
	$(CONTAINER_VENV)/$*/bin/python -m pytest tests/train $(PYTEST_OPTIONS)

check: $(VENV_STAMP) ## Lint, check the format and the types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bootstrap: setup ## Prepare an AWS account and region for the CDK, once for each
	$(CDK) bootstrap $(CDK_OPTIONS)

deploy: setup ## Deploy to AWS with the credentials of this shell (once before: make bootstrap)
	$(CDK) deploy --all $(CDK_OPTIONS)

docs: $(VENV_STAMP) ## Write the parts of docs/ that follow from the code
	$(BIN)/python -m docs.generate

clean: ## Remove what is built, but not what is installed
	rm -rf build cdk.out demo/build .pytest_cache .mypy_cache .ruff_cache

define create_venv
	@for python in python3.11 python3.12 python3.13 python3.14 python3; do \
		if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
		then echo "Creating $(1) with $$($$python --version)"; exec $$python -m venv $(1); fi; \
	done; \
	echo "Python 3.11 or newer with venv is needed (on Debian and Ubuntu: apt install python3-venv)." >&2; \
	exit 1
endef

$(VENV_STAMP): requirements.txt pyproject.toml constraints.txt lambdas/requirements.txt
	$(call create_venv,$(VENV))
	@echo "Installing the dependencies, which takes some minutes"
	@$(BIN)/python -m pip install --quiet --no-compile --requirement requirements.txt
	@# pip itself would compile one file after the other. Some are examples for other versions.
	@$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true
	@touch $@

$(NODE_STAMP): package.json package-lock.json $(VENV_STAMP)
	$(BIN)/npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(CONTAINER_VENV)/%/.installed: tests/train/%-requirements.txt
	$(call create_venv,$(CONTAINER_VENV)/$*)
	@$(CONTAINER_VENV)/$*/bin/python -m pip install --quiet --requirement $<
	@touch $@
