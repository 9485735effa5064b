# What a machine needs: Python 3.11 or newer with venv, make, git. Everything else comes into the clone.
PYTHON ?= python3
UV = 0.13.9
BIN = .venv/bin
export UV_CACHE_DIR ?= $(CURDIR)/.cache/uv
# A company's proxy signs with a certificate that only the system knows.
export UV_SYSTEM_CERTS = 1
export UV_NO_CONFIG = 1
export UV_PYTHON_DOWNLOADS = never
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Tests start services by the hundred: without compiled files each of them takes three times the CPU to come up.
unexport PYTHONDONTWRITEBYTECODE

NO_PACKAGES = echo "The packages could not be installed (see above). Where the network or the disk was it, mend that and run \
make again: what came already is kept."; exit 1

.PHONY: help setup web test check demo bench month lighthouse engines lock clean

help:
	@echo "make demo    install, start everything, replay a contest up to now, leave it open to take part in"
	@echo "make test    install and run every check"
	@echo "make web     build the pages into web/dist"
	@echo "make setup   install the locked versions into .venv"
	@echo "make bench   what each kind of request costs, against the last report in bench/reports/"
	@echo "make month   the whole month at full scale, with a report in bench/reports/"
	@echo "make lighthouse  Lighthouse over the pages against their budgets, with a report in bench/reports/"
	@echo "make engines a contestant's way and the board in Firefox and WebKit, on a stack of its own (Debian)"
	@echo "make lock    resolve the newest versions that pyproject.toml allows into requirements.lock"

setup: .venv/.ready

# The stamp says which lock and project the environment was made from.
.venv/.ready: requirements.lock pyproject.toml Makefile
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "hoithi needs Python 3.11 or newer with venv (Debian: apt-get install python3-venv); PYTHON=... chooses another."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet "uv==$(UV)" || { $(NO_PACKAGES); }
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock || { $(NO_PACKAGES); }
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

test check: setup
	@BIN=$(BIN) scripts/check

# The pages; Node comes from a wheel, its packages from npm. Without them the gateway shows a plain page.
web: setup
	@$(BIN)/python scripts/web.py build || echo "The pages could not be built; the demo goes on without them."

demo: setup web
	@$(BIN)/hoithi demo

bench: setup
	@$(BIN)/hoithi cost contests/bac-giang-2023 --rounds 3

month: setup
	@$(BIN)/hoithi replay contests/bac-giang-2023 --scale 1 --speed max --fresh --report bg-thads-2023-scale-1

lighthouse: setup
	@$(BIN)/python scripts/web.py build
	@$(BIN)/python scripts/lighthouse.py

engines: setup
	@$(BIN)/python scripts/web.py build
	@$(BIN)/python scripts/engines.py

lock:
	@test -x $(BIN)/uv || { $(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet "uv==$(UV)"; }
	@$(BIN)/uv pip compile --quiet --python $(BIN)/python --universal --generate-hashes --upgrade --all-extras \
		--no-emit-index-url --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
