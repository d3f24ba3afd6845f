# `make demo` and `make test` need nothing but git, make, and npm or curl: set-up is part of them.
with_node := scripts/with-node.sh

.PHONY: demo test setup browser check types lint clean

demo: setup
	@$(with_node) bin/assay demo

test: setup browser types lint
	@$(with_node) vitest run

setup:
	@scripts/setup.sh

# Browser tests need Chromium; nothing else does.
browser: setup
	@$(with_node) node --disable-warning=ExperimentalWarning scripts/browser.ts

types:
	@$(with_node) tsc -p tsconfig.json
	@$(with_node) tsc -p tsconfig.workflows.json
	@$(with_node) tsc -p tsconfig.console.json

lint:
	@$(with_node) oxlint --type-aware --deny-warnings
	@$(with_node) biome check .
	@$(with_node) knip

# Without set-up: for those who work on the code.
check: types lint
	@$(with_node) vitest run

clean:
	rm -rf .assay dist cdk.out .tools/downloads
