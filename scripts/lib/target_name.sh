# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck source=common.sh disable=SC2154,SC2034  # variables of, and for, those who include it
# What a target's name stands for; which names there are is said in scripts/build-target.

# resolve_target NAME: sets target_name (aliases resolved), target_tree (its sources), target_variant
# ("" for none) and target_folder (its name in the cache). Fetches the sources if they are missing.
resolve_target() {
  local name=$1 base=$1 sources=$onhook_cache/sources
  target_variant=""
  # A folder's own name may hold a plus sign: it is one only if the folder is not there.
  if [[ $name == *+* && ! -d $name ]]; then
    base=${name%+*} target_variant=${name##*+}
  fi
  if [[ $base == */* || $base == . || $base == .. ]]; then
    [[ -d $base ]] || die "$name: there is no folder $base"
    target_tree=$(cd "$base" && pwd)
    target_name=$target_tree${target_variant:++$target_variant}
    target_folder=$(basename "$target_tree" | tr -c 'A-Za-z0-9._\n-' _)
    target_folder+=-$(printf %s "$target_tree" | sha256sum | cut -c1-8)${target_variant:++$target_variant}
  else
    [[ -f $sources/index.json ]] || "$onhook_root/scripts/fetch-sources" || exit 2
    case $base in stable | newest) base=$(jq -r ".$base" "$sources/index.json") ;; esac
    [[ -d $sources/$base ]] || "$onhook_root/scripts/fetch-sources" || exit 2
    target_tree=$sources/$base
    [[ -d $target_tree ]] || die "no Janus $base: there are $(cd "$sources" && echo [0-9]*);" \
      "for another revision give the folder of its sources"
    target_name=$base${target_variant:++$target_variant}
    target_folder=$target_name
  fi
}
