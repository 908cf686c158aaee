# Everything goes through one virtual environment, .venv, made on first use.
# Needs: Python 3.11+, make, a package registry. After `make install` nothing needs a network.

PYTHON ?= python3
# Where to take torch from. On Linux the registry's default build may bring CUDA (gigabytes); the CPU wheels:
#   make install TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO_STORE := .demo

.DEFAULT_GOAL := help
.PHONY: help install demo test crash lint eval train wheel-check clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(STAMP)  ## the virtual environment, the packages, the encoder's graph

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; try: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) torch==2.13.0
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	$(BIN)/checker prepare
	@touch $@

demo: $(STAMP)  ## who contradicts whom in the seed article
	@rm -rf $(DEMO_STORE)
	@$(BIN)/checker ingest seeds --store $(DEMO_STORE)
	@$(BIN)/checker query "Russia is withdrawing its troops from the Ukrainian border" --store $(DEMO_STORE)
	@$(BIN)/checker query "Russia is not withdrawing its forces" --store $(DEMO_STORE)

test: $(STAMP)  ## all tests
	$(BIN)/python -m pytest

crash: $(STAMP)  ## 300 kills -9 and 10,000 random operations: nothing is lost (about half an hour on one core)
	$(BIN)/python -m eval.crash

lint: $(STAMP)  ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: $(STAMP)  ## every measure with a floor; needs the data beside the project for most (CHECKER_DATA)
	$(BIN)/python -m eval.gate

train: $(STAMP)  ## the training data, the encoder and the judge; goes on where it was stopped (CHECKER_DATA; a day on two cores)
	for step in augment mine written labelled surround hard; do $(BIN)/python -m eval.training.$$step || exit; done
	$(BIN)/python -m eval.training.encoder train
	$(BIN)/python -m eval.training.train eval/training/config/judge.toml

wheel-check: $(STAMP)  ## build the wheel, install it elsewhere, run it from another folder
	$(BIN)/python -m eval.wheel_check

clean:  ## remove what was built; the virtual environment stays
	rm -rf build dist *.egg-info $(DEMO_STORE) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
