// SPDX-License-Identifier: GPL-3.0-or-later
// The functions of libsofia-sip-ua that the executable defines, too, for the plugin: here are the
// library's own.
#pragma once

#include <dlfcn.h>
#include <sofia-sip/nua.h>
#include <sofia-sip/su_wait.h>

#include "fakes/nua/nua_api.h"

namespace onhook::fakes {

template <typename Function>
Function* sofia_function(const char* name) {
  void* const found = ::dlsym(RTLD_NEXT, name);
  if (found == nullptr) NuaApi::current()->unmodelled(name);
  return reinterpret_cast<Function*>(found);
}

/// ONHOOK_SOFIA(nua_bye)(handle, TAG_END())
#define ONHOOK_SOFIA(function) ::onhook::fakes::sofia_function<decltype(::function)>(#function)

}  // namespace onhook::fakes
