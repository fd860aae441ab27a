# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What the adapter has to be told about a revision's headers, as -DONHOOK_HAS_... . The API version
# is no help: several layouts changed without a new number. So the headers themselves are asked.

# A header without its comments.
bare_header() { gcc -fpreprocessed -dD -E -P -w -x c "$1"; }

adapter_features() { # CODE_FOLDER: prints one -D flag a line
  local plugin_h debug_h
  plugin_h=$(bare_header "$1/plugins/plugin.h")
  debug_h=$(bare_header "$1/debug.h")
  feature() { if grep -Eq "$2" <<<"$1"; then echo "-DONHOOK_HAS_$3"; fi; }
  feature "$plugin_h" '^struct janus_plugin_rtp \{' PACKET_STRUCTS
  feature "$plugin_h" '^ *int mindex;' MINDEX
  feature "$plugin_h" '\* const send_pli\)' SEND_PLI
  feature "$plugin_h" '\* const send_pli_stream\)' SEND_PLI_STREAM
  feature "$plugin_h" '\* const send_remb\)' SEND_REMB
  feature "$plugin_h" '\* const auth_is_signed\)' AUTH_IS_SIGNED
  feature "$plugin_h" '\* const auth_is_signature_valid\)' AUTH_SIGNATURE
  feature "$debug_h" 'extern char \*janus_log_global_prefix' LOG_GLOBAL_PREFIX
}
