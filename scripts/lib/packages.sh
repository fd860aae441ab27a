# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck source=common.sh disable=SC2154  # onhook_root, onhook_cache: common.sh
# ensure_packages [LIST...]: what the lists (packages.txt) name is installed, or the script ends and says
# what to install. Nothing happens, and no network is touched, when all of it is there.

missing_packages() { # LIST...
  local package
  sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "${@/#/$onhook_root/scripts/}" |
    while read -r package; do
      [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
        echo "$package"
    done
}

ensure_packages() {
  local -a missing as_root=()
  mapfile -t missing < <(missing_packages "${@:-packages.txt}")
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || die "this needs Debian's apt-get; install by hand: ${missing[*]}"
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "neither root nor sudo; install first: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  local -a install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends "${missing[@]}")
  # The package lists of a fresh machine may be empty or old: refresh them only then.
  "${install[@]}" >/dev/null 2>&1 || {
    "${as_root[@]}" apt-get update -qq || say "apt-get update had errors; going on with what it got"
    "${install[@]}" >/dev/null || die "apt-get could not install: ${missing[*]}"
  }
}
