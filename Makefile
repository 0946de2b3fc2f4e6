# The front door. `make help` lists it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast coverage test-stores test-nights test-cluster check bench package

# Which of tests/bench/ runs: make bench BENCH=pruning
BENCH ?= *
# What set-up fetches beside the default: make setup STORES=s3
STORES ?=
# How many nights pass: make test-nights NIGHTS=16
NIGHTS ?= 60
# Passed on to pytest: make test TESTS="tests/intake -x"
TESTS ?=

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## make .venv with everything in it; at once and offline where it stands already
	@STORES="$(STORES)" .ci/setup.sh

demo: setup demo/key ## one night of 5,000 made-up conversations, from log to report
	@.venv/bin/python jobs/make_traffic.py --out demo/input --conversations 5000 --seed 7 --ds 2026-01-31
	@.venv/bin/spark-submit jobs/curate.py --config conf/demo.yaml \
	  --traffic demo/input/traffic --scores demo/input/scores \
	  --warehouse demo/warehouse --ds 2026-01-31 --set identity.key_file=$(CURDIR)/demo/key

# The demo's own secret for user keys. Made once: a new one would give every user a new key.
demo/key: | setup
	@umask 077; mkdir -p demo; \
	.venv/bin/python -c 'import secrets; print(secrets.token_hex(32))' >$@.part; mv $@.part $@

# Two processes, each with a session of its own: a session of one core leaves the other idle half of the time.
test: setup ## everything that must hold
	@.venv/bin/python -m pytest -n 2 --no-loadscope-reorder $(TESTS)

test-fast: setup ## what needs neither Spark nor a process of its own
	@.venv/bin/python -m pytest -n 2 --no-loadscope-reorder -m "not spark and not process and not slow" $(TESTS)

coverage: setup ## what the fast tests reach of the code, printed; fails below where it stands
	@.venv/bin/python -m pytest -n 2 --no-loadscope-reorder -m "not spark and not process and not slow" \
	  --cov --cov-report=term:skip-covered $(TESTS)

test-stores: setup ## nights on HDFS and on S3, whose servers it fetches and starts; takes long
	@CURATION_TEST_STORES=1 .venv/bin/python -m pytest -m stores $(TESTS)

test-nights: setup ## sixty nights with faults, kills at every border, full disks; NIGHTS=N for fewer
	@CURATION_TEST_NIGHTS=$(NIGHTS) .venv/bin/python -m pytest -m nights $(TESTS)

test-cluster: package ## nights on a standalone cluster that it starts, workers killed in each phase
	@CURATION_TEST_CLUSTER=$(CURDIR)/dist/environment.tar.gz .venv/bin/python -m pytest -m cluster $(TESTS)

check: setup ## format, lint, types, import contracts
	@.venv/bin/ruff format --check
	@.venv/bin/ruff check
	@.venv/bin/mypy
	@.venv/bin/lint-imports

bench: setup ## print speed and memory against peers; BENCH=NAME for one of tests/bench/
	@for bench in tests/bench/$(BENCH).py; do echo "== $$bench"; .venv/bin/python "$$bench"; done

package: setup ## dist/: the wheel, and a packed environment for the executors of a cluster
	@rm -rf build dist
	@.venv/bin/python -c 'from setuptools.build_meta import build_wheel; print("dist/" + build_wheel("dist"))' \
	  | tail -n 1
	@rm -rf build; cp constraints.txt dist/
	@.venv/bin/python -I -m pipelines.packing dist/*.whl --out dist/environment.tar.gz
	@echo "install it: pip install -c dist/constraints.txt dist/*.whl && curation-setup"
