# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck source=common.sh disable=SC2154
# From a fresh checkout to an executable and plugins to run it on. Every step does nothing when
# nothing is to be done.
# shellcheck source=packages.sh
source "$onhook_root/scripts/lib/packages.sh"

# The plugins that scripts/run and scripts/test use.
readonly -a onhook_targets=(stable stable+hangup_guard newest newest+hangup_guard)

# build_preset PRESET [TARGET...]: configures and builds build/ or build-asan/, or those of it.
build_preset() {
  local folder=$onhook_root/build log
  local -a targets=(${2:+--target "${@:2}"})
  [[ $1 == release ]] || folder=$onhook_root/build-$1
  mkdir -p "$folder"
  log=$folder/configure.log
  (cd "$onhook_root" && cmake --preset "$1" >"$log" 2>&1) || {
    tail -n 30 "$log" >&2
    die "cmake --preset $1 failed; all of it: $log"
  }
  say "building: cmake --build --preset $1 ${targets[*]}"
  (cd "$onhook_root" && cmake --build --preset "$1" "${targets[@]}" -- --quiet >&2)
}

set_up() {
  local target
  ensure_packages
  "$onhook_root/scripts/fetch-sources"
  build_preset release
  for target in "${onhook_targets[@]}"; do
    "$onhook_root/scripts/build-target" "$target" >/dev/null
  done
}
