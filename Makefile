# Each target is enough on a fresh clone: setup makes .venv, the others depend on it.
PY := .venv/bin/python
# A distribution's own build is optimized by a profile, pyenv's are not: services take a fifth less of the processor.
PYTHON ?= $(or $(wildcard /usr/bin/python3.11),python3.11)
# Not the python3 of an activated .venv: it has no pip.
PIP := $(shell PATH="$${PATH#$${VIRTUAL_ENV:+$$VIRTUAL_ENV/bin:}}" command -v python3) -m pip --python .venv/bin/python --quiet --disable-pip-version-check install

.PHONY: setup demo up lint test check property bench campaign board clean
setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv --without-pip .venv
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@command -v chromium >/dev/null || { apt-get update && apt-get install -y chromium; } >/dev/null 2>&1 || echo "no chromium: the pages are not tried in a browser"
	touch .venv/ready

demo: setup  ## a week of the demo's clinic; ARGS=--exit ends with the summary
	.venv/bin/stayward demo $(ARGS)

up: setup  ## all services, at real speed
	.venv/bin/stayward up $(ARGS)

lint: setup
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

check: lint  ## the fast part: what needs no server
	STAYWARD_EXAMPLES=50 $(PY) -m pytest -m "not real and not faults" --deselect tests/guards

test: lint  ## everything, on real parts; two workers, each file in one of them
	$(PY) -m pytest -n 2 --dist loadfile

property: setup  ## the properties with 50,000 examples
	STAYWARD_EXAMPLES=50000 $(PY) -m pytest tests/property --timeout 0

bench: setup  ## how fast, beside a floor and a plain handler; ARGS="--rows latency --rounds 3"
	$(PY) -m bench $(ARGS)

campaign: setup  ## outages, a full disk and fifty kills while 5,000 facts flow; long
	STAYWARD_AWAY=45 $(PY) -m pytest tests/faults/test_outage.py -s
	$(PY) -m tests.campaign $(ARGS)

board: setup  ## docs/board.png: the promise board at the end of the demo's week
	$(PY) -m tests.browser.picture_of_the_board docs/board.png

clean:
	rm -rf .venv .stayward
