# Sourced by bin/assay and scripts/setup.sh: finds the Node that runs Assay. POSIX sh.
# Type stripping without a flag came with 22.18; the pinned one is what set-up installs.
NODE_PINNED=24.21.0

# node_is_new_enough PATH: true for Node >= 22.18.
node_is_new_enough() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 18) ? 0 : 1)' \
    >/dev/null 2>&1
}

# find_node TOOLS_DIR: prints the path of a Node that will do, from PATH or TOOLS_DIR; fails when there is none.
find_node() {
  found=$(command -v node 2>/dev/null) && node_is_new_enough "$found" && { printf '%s\n' "$found"; return 0; }
  found=$1/node/v$NODE_PINNED/bin/node
  [ -x "$found" ] && node_is_new_enough "$found" && { printf '%s\n' "$found"; return 0; }
  return 1
}
