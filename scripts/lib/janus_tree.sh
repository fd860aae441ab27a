# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck source=common.sh disable=SC2154,SC2034  # constants of, and for, those who include it
# What a folder of Janus sources is: which layout, which version, which files make the SIP plugin.

# listed KIND: the files of that kind in janus_files.txt.
listed() {
  local kind file
  while read -r kind file _; do
    [[ $kind != "$1" ]] || echo "$file"
  done <"$onhook_root/scripts/lib/janus_files.txt"
}

# The plugin's own sources without suffix, in any revision; those a revision does not have are left out.
mapfile -t janus_units < <(listed unit)
mapfile -t janus_needed < <(listed needed)

# Prints the folder that holds plugins/: src/ since 2022, the root before.
janus_code_folder() {
  local tree=$1 code file
  [[ -d $tree ]] || die "$tree: no such folder"
  if [[ -f $tree/src/plugins/janus_sip.c ]]; then
    code=$tree/src
  elif [[ -f $tree/plugins/janus_sip.c ]]; then
    code=$tree
  else
    die "$tree is no Janus source tree: it has neither src/plugins/janus_sip.c nor plugins/janus_sip.c"
  fi
  for file in "${janus_needed[@]}"; do
    [[ -f $code/$file ]] || die "$tree is no complete Janus source tree: $code/$file is missing"
  done
  cd "$code" && pwd
}

# Prints the version that the tree's configure.ac names; "unknown" if it does not.
janus_version() {
  local version=""
  if [[ -f $1/configure.ac ]]; then
    version=$(sed -n 's/^AC_INIT(\[[^]]*\],[[:space:]]*\[\([^]]*\)\].*/\1/p' "$1/configure.ac" | head -n 1)
  fi
  echo "${version:-unknown}"
}

# Prints the files, relative to the code folder, that a build can read.
janus_inputs() { (cd "$1" && printf '%s\n' ./*.[ch] plugins/janus_sip.c plugins/plugin.c plugins/*.h); }
