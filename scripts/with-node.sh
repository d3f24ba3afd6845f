#!/bin/sh
# with-node.sh COMMAND…: runs a command with set-up's Node, npm and the packages' programs first on PATH. Used by the Makefile.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
tools=${ASSAY_TOOLS_DIR:-$root/.tools}
. "$root/scripts/node.sh"
node=$(find_node "$tools") || { echo 'Node was not found; run `make setup`.' >&2; exit 1; }
PATH=$root/node_modules/.bin:$(dirname "$node"):$PATH
export PATH
exec "$@"
