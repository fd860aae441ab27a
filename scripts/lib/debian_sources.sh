# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck source=common.sh disable=SC2154  # onhook_root, onhook_cache: common.sh
# Janus sources out of Debian's source packages, by an apt of our own: its list is made from the
# machine's own archive addresses, whatever they are, and it keeps its state apart from the system's.

# Debian releases that may hold a `janus` source package, oldest first.
readonly onhook_suites="bookworm trixie forky sid"

# Prints the machine's Debian archives as deb822 source stanzas. An archive is an enabled entry,
# one-line or deb822, whose component is main and whose suite is a release's plain name (neither
# "-security" nor "-updates").
our_archives() {
  local file
  for file in /etc/apt/sources.list.d/*.sources; do
    [[ -f $file ]] || continue
    awk -v wanted="$onhook_suites" '
      function flush(   n, words, i, hit) {
        n = split(suites, words, " "); hit = 0
        for (i = 1; i <= n; i++)
          if (words[i] ~ /^(stable|testing|unstable|bullseye|bookworm|trixie|forky|duke|sid)$/) hit = 1
        if (hit && (" " components " ") ~ / main / && enabled && uris != "")
          printf "Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\n%s\n", uris, wanted, kept
        uris = suites = components = kept = ""; enabled = 1; field = ""
      }
      BEGIN { enabled = 1 }
      /^#/ { next }
      /^[[:space:]]*$/ { flush(); next }
      /^[[:space:]]/ { if (field == "kept") kept = kept $0 "\n"
                       else if (field == "uris") uris = uris " " $0
                       else if (field == "suites") suites = suites " " $0
                       else if (field == "components") components = components " " $0
                       next }
      { colon = index($0, ":"); name = tolower(substr($0, 1, colon - 1)); value = substr($0, colon + 1)
        sub(/^[[:space:]]+/, "", value); field = ""
        if (name == "uris") { uris = value; field = "uris" }
        else if (name == "suites") { suites = value; field = "suites" }
        else if (name == "components") { components = value; field = "components" }
        else if (name == "enabled" && tolower(value) == "no") enabled = 0
        else if (name == "signed-by" || name == "trusted") { kept = kept $0 "\n"; field = "kept" } }
      END { flush() }' "$file"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -f $file ]] || continue
    awk -v wanted="$onhook_suites" '
      $1 != "deb" { next }
      { options = ""; line = $0
        if (match(line, /\[[^]]*\]/)) {
          options = substr(line, RSTART + 1, RLENGTH - 2)
          line = substr(line, 1, RSTART - 1) " " substr(line, RSTART + RLENGTH)
        }
        sub(/#.*/, "", line); n = split(line, words, " "); main = 0
        for (i = 4; i <= n; i++) if (words[i] == "main") main = 1
        if (!main || words[2] ~ /^cdrom:/) next
        if (words[3] !~ /^(stable|testing|unstable|bullseye|bookworm|trixie|forky|duke|sid)$/) next
        printf "Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\n", words[2], wanted
        m = split(options, opts, " ")
        for (i = 1; i <= m; i++) {
          if (opts[i] ~ /^signed-by=/) { sub(/^signed-by=/, "", opts[i]); print "Signed-By: " opts[i] }
          if (opts[i] ~ /^trusted=/) { sub(/^trusted=/, "", opts[i]); print "Trusted: " opts[i] }
        }
        print "" }' "$file"
  done
}

# our_apt get|cache ARGUMENT...: apt with its own lists, cache and sources.
our_apt() {
  local tool=$1 state=$onhook_cache/apt
  shift
  "apt-$tool" -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$state/sources.d" \
    -o Dir::State::lists="$state/lists" -o Dir::Cache="$state/cache" -o APT::Sandbox::User= "$@"
}

# Refreshes our lists. A suite that an archive does not have is no error: what counts is what there is.
update_our_apt() {
  local state=$onhook_cache/apt
  mkdir -p "$state/sources.d" "$state/lists/partial" "$state/cache/archives/partial"
  our_archives >"$state/sources.d/onhook.sources"
  [[ -s $state/sources.d/onhook.sources ]] || {
    say "no Debian archive among the machine's apt sources"
    return 1
  }
  our_apt get update -qq >"$state/update.log" 2>&1 || true
}

# Prints "UPSTREAM PACKAGE-VERSION SHA256 FILE" for every janus source package, oldest first.
janus_packages() {
  our_apt cache showsrc --only-source janus 2>/dev/null | awk '
    /^Version:/ { version = $2 }
    /^[A-Za-z0-9-]+:/ { section = $1 }
    section == "Checksums-Sha256:" && $3 ~ /^janus_.*\.orig\.tar\.[a-z0-9]+$/ {
      upstream = version; sub(/^[0-9]+:/, "", upstream); sub(/-[^-]*$/, "", upstream)
      sub(/[+~].*$/, "", upstream)
      print upstream, version, $1, $3 }' | sort -u | sort -s -V -k1,1
}

# fetch_janus UPSTREAM PACKAGE-VERSION SHA256 FILE: leaves sources/UPSTREAM, complete or not at all.
fetch_janus() {
  local upstream=$1 version=$2 sha256=$3 file=$4 work
  work=$(mktemp -d "$onhook_cache/sources/.fetch.XXXXXX")
  say "fetching the Janus $upstream sources (Debian's source package $version)"
  if (cd "$work" && our_apt get source -qq --download-only --tar-only "janus=$version" >log 2>&1) &&
    echo "$sha256  $work/$file" | sha256sum --quiet --check >&2 &&
    mkdir "$work/tree" && tar -xf "$work/$file" -C "$work/tree" --strip-components=1 --no-same-owner; then
    rm -rf "${onhook_cache:?}/sources/$upstream"
    mv "$work/tree" "$onhook_cache/sources/$upstream"
    rm -rf "$work"
    return 0
  fi
  say "could not fetch Janus $upstream: $(tail -n 1 "$work/log" 2>/dev/null)"
  rm -rf "$work"
  return 1
}
