# One place for every command. `make help` lists them.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.installed
DOMAINS := $(sort $(basename $(notdir $(wildcard qualitycycle/wording/nl/LC_MESSAGES/*.po))))
PYTEST_ARGS ?=

.PHONY: help install demo test check format messages examples bench bench-extra calibrate system-parts clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(STAMP)  ## make a virtual environment with everything in it

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[all]"
	touch $(STAMP)

demo: $(STAMP)  ## build a filled workspace in demo/ and say what to open
	rm -rf demo
	$(BIN)/qualitycycle demo demo

test: $(STAMP) system-parts  ## run all tests
	$(BIN)/python -m pytest -n 2 --dist loadscope $(PYTEST_ARGS)

check: $(STAMP)  ## lint, format, types, catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)  ## put the code in its layout
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: $(STAMP)  ## compile the language catalogues
	$(BIN)/pybabel -q compile -d qualitycycle/wording -D "$(DOMAINS)"

examples: $(STAMP)  ## make the bundled example exports again
	$(BIN)/python -c "from qualitycycle.exporters import write_examples; write_examples('evaluations/examples')"

bench: $(STAMP)  ## run the benchmarks side by side
	for file in $(filter-out benchmarks/calibration%.py,$(wildcard benchmarks/*.py)); do $(BIN)/python $$file; done

calibrate: $(STAMP)  ## do comparison, act check and practices keep their promises? an hour on two idle cores
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/calibration.py
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/calibration_effect.py
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.calibration_practices

bench-extra: $(STAMP)  ## install what the benchmarks compare with
	$(BIN)/python -m pip install --quiet --editable ".[bench]"

# Chromium draws the pages that tests look at. Installed when this machine lets us, else those tests say so.
system-parts:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
	    apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } || \
	  echo "Chromium is not installed: the tests that look at pages will say so."

clean:  ## remove what the commands made
	rm -rf .venv demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
