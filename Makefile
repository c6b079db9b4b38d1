SHELL := bash
.DEFAULT_GOAL := memo
.PHONY: memo test test-slow bench docs docs-links pictures setup browser operator

# The first Python on the path that is new enough; `make PYTHON=/path/to/python3.11` overrides.
PYTHON ?= $(shell for p in python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
MEMO_STAMP := .venv/.countermove-memo
STAMP := .venv/.countermove-setup
SLOW_STAMP := .venv/.countermove-slow
DOCS_STAMP := .venv/.countermove-docs
PEER := .venv-particles
PEER_STAMP := $(PEER)/.countermove-setup
KUBERNETES := .venv-kubernetes

memo: $(MEMO_STAMP) ## the memo of the war that this program began with
	@$(BIN)/countermove memo donbas-2017

test: setup browser ## everything, in minutes
	@scripts/test

test-slow: setup $(SLOW_STAMP) operator ## what takes longer
	@scripts/test -m slow || { code=$$?; [ $$code = 5 ] && echo "there is no slow test yet"; }

bench: setup $(PEER_STAMP) ## side by side with peers
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e '.[bench]'
	@code=0; $(BIN)/python benchmarks/bench.py || code=$$?; echo; $(BIN)/python benchmarks/particle_filters.py || code=$$?; echo; $(BIN)/python benchmarks/war_filters.py || code=$$?; echo; $(BIN)/python benchmarks/solve_backward.py || code=$$?; exit $$code

SITE := $(BIN)/sphinx-build -q -E -W --keep-going -n -c docs

docs: $(DOCS_STAMP) ## the pages as a site, in build/site
	@$(SITE) -b html . build/site
	@echo "docs: build/site/index.html"

docs-links: $(DOCS_STAMP) ## asks for every page elsewhere that these pages name
	@$(SITE) -b linkcheck . build/links

pictures: setup ## the picture of the memo that the README shows
	@$(BIN)/countermove memo donbas-2017
	@PATH="$(CURDIR)/$(BIN):$$PATH" scripts/screenshot memos/donbas-2017.html docs/memo-desktop.png

# One peer asks for an older NumPy than ours, so it lives apart.
$(PEER_STAMP): benchmarks/particles.txt
	@test -n "$(PYTHON)" || { echo "countermove needs Python 3.11 or newer, and found none on the path." >&2; exit 1; }
	@echo "bench: installing $$(cat benchmarks/particles.txt) into $(PEER) (once)"
	@$(PYTHON) -m venv --clear $(PEER)
	@$(PEER)/bin/python -m pip install -qq --disable-pip-version-check -r benchmarks/particles.txt
	@touch $@

setup: $(STAMP)

# What a memo and the workbench need; what is for tests and clusters comes with the tests.
MEMO_NEEDS := .[play]
TESTS_NEED := .[query,cluster,many-wars,play,test]
SLOW_NEEDS := .[objects,docs,test-slow]
DOCS_NEED := .[docs]
# Tells each package that is large, so that nobody waits before an empty line; errors go through, remarks do not.
install = set -o pipefail; $(BIN)/python -m pip install --no-compile --progress-bar off --disable-pip-version-check -c constraints.txt -e '$(1)' \
	2> >(grep -v '^WARNING' >&2) | awk '/(Downloading|Using cached|Processing) .*[0-9][0-9]\.[0-9] MB/ { n = split($$2, path, "/"); split(path[n], name, "-"); \
		print "setup:   " name[1] " " $$(NF - 1) " " $$NF; fflush() } \
	/^Installing collected/ { print "setup:   unpacking all of it (half a minute)"; fflush() }'
compile = echo "setup:   compiling it (half a minute)"; $(BIN)/python -m compileall -qq -j 0 .venv/lib src || true

# Object storage is tried on a server of its own.
$(SLOW_STAMP): $(STAMP)
	@echo "setup: installing what the slow tests talk to: an object store, a queue, other readers of tables (once)"
	@if { $(call install,$(SLOW_NEEDS)); }; then touch $@; else echo "test-slow: THESE CANNOT BE HAD HERE: tests of them WILL BE SKIPPED" >&2; fi

$(DOCS_STAMP): pyproject.toml constraints.txt | $(BIN)/python
	@echo "docs: installing Sphinx into .venv (once)"
	@$(call install,$(DOCS_NEED))
	@touch $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "countermove needs Python 3.11 or newer, and found none on the path." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "setup: 'python -m venv' failed; on Debian: apt-get install python3.11-venv" >&2; exit 1; }

$(MEMO_STAMP): pyproject.toml constraints.txt | $(BIN)/python
	@echo "setup: installing what a memo needs into .venv (1 GB; a minute or two, once)"
	@$(call install,$(MEMO_NEEDS))
	@$(compile)
	@touch $@

$(STAMP): pyproject.toml constraints.txt | $(BIN)/python
	@echo "setup: installing all of it into .venv, the tools of the tests too (1.6 GB; two minutes or three, once)"
	@$(call install,$(TESTS_NEED))
	@$(compile)
	@touch $(MEMO_STAMP) $@

# The operator of Kubernetes asks for other versions than ours, so it lives apart. Where it cannot be had its tests are skipped, and say so.
operator: setup
	@[ -f $(KUBERNETES)/.countermove-setup ] || { $(PYTHON) -m venv --clear $(KUBERNETES) && \
		$(KUBERNETES)/bin/python -m pip install -qq --disable-pip-version-check -r tests/files/kubernetes.txt && touch $(KUBERNETES)/.countermove-setup; } || \
		{ rm -rf $(KUBERNETES); echo "test-slow: NO DASK-KUBERNETES HERE: tests of the manifest WILL BE SKIPPED" >&2; }

# The memo is also looked at in a browser. Without one those tests are skipped, and say so.
browser:
	@if ! command -v chromium chromium-browser google-chrome >/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "browser: installing Chromium from Debian's packages"; \
			{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-dejavu-core; } \
				>/dev/null 2>&1 || true; \
		fi; \
	fi; \
	command -v chromium chromium-browser google-chrome >/dev/null || \
		echo "browser: NO CHROMIUM HERE: the browser tests WILL BE SKIPPED (apt-get install chromium)" >&2
