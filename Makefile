# Everything happens in .venv: nothing but Python 3.11+, its venv module and make is needed.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test soak lint bench model lock clean

# The service with the sample plans loaded; its database and files are in out/data.
run: .venv/ready
	$(BIN)/kehoach serve --data out/data --sample

test: lint
	$(BIN)/pytest -n auto --dist worksteal

# What needs minutes: thousands of damaged files, hundreds of kills, long fuzzing of the API.
soak: .venv/ready
	$(BIN)/pytest -n auto --dist worksteal -m soak

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready
	$(BIN)/python -m tests.benchmarks

# What is learned, with its scores, all in corpora/: the classifier of reform fields, and the signs
# of a row that a page has cut.
model: .venv/ready
	$(BIN)/python -m service.training

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# Versions and hashes only, no address of a registry. Needs uv on the PATH; nobody else does.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra dev --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv out build *.egg-info
