# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck source=common.sh disable=SC2154
# Fail closed: a function that the plugin calls and that no table of harness/interpose/symbols/
# knows is replaced by one that ends the run with its name.

# The names and prefixes (NAME*) of every table, as one extended regular expression.
known_symbols() {
  sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' -e 's/\*$/[A-Za-z0-9_]*/' \
    "$onhook_root"/harness/interpose/symbols/*.txt | paste -sd '|' | sed 's/.*/^(&)$/'
}

# checked_functions [PREFIX]: the functions of which onhook is told when the code under test calls them,
# each behind the prefix.
checked_functions() {
  sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' -e "s/^/${1:-}/" \
    "$onhook_root/harness/interpose/symbols/checked.txt"
}

# unknown_symbols OBJECT...: what the objects ask of the outside and no table knows.
unknown_symbols() {
  LC_ALL=C comm -23 <(nm -u "$@" | awk '$1 == "U" || $1 == "w" { print $2 }' | LC_ALL=C sort -u) \
    <(nm --defined-only "$@" | awk 'NF == 3 { print $3 }' | LC_ALL=C sort -u) |
    { grep -Evx "$(known_symbols)|_GLOBAL_OFFSET_TABLE_" || true; }
}

# A name that a library of the plugin defines as data cannot be replaced by a function.
is_data_symbol() { # NAME LIBRARY...
  local name=$1
  shift
  nm -D --defined-only "$@" 2>/dev/null | awk -v name="$name" '
    { sub(/@.*/, "", $3) } $3 == name && $2 ~ /^[BDRVG]$/ { found = 1 } END { exit !found }'
}

# write_stubs FILE.c NAME...: one hidden function a name.
write_stubs() {
  local file=$1 name
  shift
  {
    echo 'void onhook_unmodelled(const char *symbol) __attribute__((noreturn));'
    for name in "$@"; do
      printf '__attribute__((visibility("hidden"))) void %s(void) { onhook_unmodelled("%s"); }\n' "$name" "$name"
    done
  } >"$file"
}
