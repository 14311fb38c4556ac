# `make demo` and `make test` are all that a fresh clone needs: .ci/setup makes .venv, and is quick when it is there.
.PHONY: demo test check format lock setup

demo: setup
	.venv/bin/registry demo

test: check
	.venv/bin/pytest -n logical --dist worksteal

check: setup
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/mypy

format: setup
	.venv/bin/ruff format
	.venv/bin/ruff check --fix

# Keeps the pins that still fit pyproject.toml; `make lock UPGRADE=--upgrade` takes the newest releases.
lock: setup
	.venv/bin/python -m pip install --quiet --disable-pip-version-check uv
	.venv/bin/uv pip compile --quiet pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --custom-compile-command "make lock" $(UPGRADE) --output-file .ci/requirements.lock

setup:
	@.ci/setup
