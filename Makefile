# Everything happens in .venv: nothing but Python 3.11+, its venv module and make is needed.
PYTHON ?= python3
BIN := .venv/bin

# Each module is compiled once, not by every process that a command or a test starts.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test tests soak lint bench model lock clean compiled

# The service with the sample plans loaded; its database and files are in out/data.
run: compiled
	$(BIN)/kehoach serve --data out/data --sample

# What the types say needs one processor, so the tests are begun beside it.
test: compiled
	$(MAKE) --jobs=2 lint tests

tests:
	$(BIN)/pytest -n auto --dist worksteal

# What needs minutes: thousands of damaged files, hundreds of kills, long fuzzing of the API.
soak: compiled
	$(BIN)/pytest -n auto --dist worksteal -m soak

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready
	$(BIN)/python -m tests.benchmarks

# What is learned, with its scores, all in corpora/: the classifier of reform fields; what the signs of
# tables, rows and duties weigh, from the sample plans, plans of the forge and what was judged of
# others before; those of the rows of a table without lines. The matrices are small: threads only wait.
model: export OMP_NUM_THREADS = 1
model: .venv/ready
	$(BIN)/python -m tests.forge out/forge
	$(BIN)/python -m service.training.judgements out/forge out/forge
	$(BIN)/python -m service.training.judgements corpora/plans corpora/plans
	$(BIN)/python -m service.training

compiled: .venv/ready
	$(BIN)/python -m compileall -q corpora models extractor service tests

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
