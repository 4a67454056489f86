# SPDX-FileCopyrightText: secops.iam contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The one front door. Each target prepares what it needs in .cache and needs nothing else than a
# Python from 3.11 to 3.13 and the package index that pip is set to.

BOOT ?= python3
GATE := PYTHONPATH=tests PYTHONDONTWRITEBYTECODE=1 $(BOOT) -m gate
BIN  := $(CURDIR)/.cache/env/main/bin
PINS := tests/requirements
MAIN := $(PINS)/ansible.txt $(PINS)/sandbox.txt $(PINS)/pytest.txt $(PINS)/lint.txt

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help environment python test lint format unit processes contract property fault secrets judge \
	sanity units integration demo bench docs build clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

environment:
	@$(GATE).environment main $(MAIN)

python: environment ## print the interpreter of the prepared environment
	@echo $(BIN)/python

test: environment ## everything that has to pass, fast layers first
	@$(GATE).everything

lint: environment ## ruff, mypy, yamllint, ansible-lint, complexipy, reuse, changelog; sizes
	@$(GATE).lint

format: environment ## let ruff mend what it can
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

unit processes contract property fault secrets judge: environment
	@$(GATE).layer $@

unit: ## pure code, in seconds
processes: ## what needs a process, a socket or a terminal of its own
contract: ## the sandbox against recorded reality
property: ## random states: applying reaches them, twice changes nothing
fault: ## broken connections, dead tokens, half-done work
secrets: ## no canary password or token comes out anywhere
judge: ## the official client of OpenCTI agrees with the sandbox

sanity: environment ## ansible-test sanity; MATRIX=1 for every supported ansible-core
	@$(GATE).ansible_test sanity

units: environment ## tests/unit under ansible-test; MATRIX=1 as above
	@$(GATE).ansible_test units

integration: environment ## the modules on the sandbox or a real server; TARGETS="NAME ..."; MATRIX=1
	@$(GATE).ansible_test integration $(foreach t,$(TARGETS),'$t')

demo: environment ## see it work
	@$(GATE).run playbooks/demo.yml python -m sandbox wazuh --exec -- ansible-playbook -i localhost, playbooks/demo.yml
	@$(GATE).run playbooks/demo_opencti.yml python -m sandbox opencti --exec -- \
		ansible-playbook -i localhost, playbooks/demo_opencti.yml

bench: environment ## measure
	@$(GATE).run tests/bench/__main__.py python -m bench

docs: ## the documentation site, into build/docs
	@$(GATE).docs

build: environment ## the collection's tarball, into dist
	@$(GATE).build

clean: ## remove what the targets above made
	rm -rf .cache build dist
