# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What every script shares: where things are and how it speaks. Messages go to stderr, results to
# stdout, so that a script's answer can be used by another.

set -euo pipefail
export LC_ALL=C

onhook_root=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
# Everything fetched or built from Janus sources; never part of the repository.
onhook_cache=${ONHOOK_CACHE:-$onhook_root/.cache/onhook}
export CCACHE_DIR=${CCACHE_DIR:-$onhook_cache/ccache}

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# A file or the command line is wrong: exit code 2, as everywhere in onhook.
die() {
  printf '%s: error: %s\n' "${0##*/}" "$*" >&2
  exit 2
}

# "ccache gcc" where ccache is installed, else "gcc".
c_compiler() {
  if command -v ccache >/dev/null; then echo ccache gcc; else echo gcc; fi
}

sha256_of_stdin() {
  local hash
  hash=$(sha256sum)
  echo "${hash%% *}"
}

sha256_of_files() { # file...: one hash over names' order and contents
  cat -- "$@" | sha256_of_stdin
}
