// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/nua_api.h"

namespace onhook::fakes {
namespace {

NuaApi* current_api = nullptr;

}  // namespace

NuaApi* NuaApi::current() { return current_api; }
void NuaApi::make_current(NuaApi* api) { current_api = api; }

}  // namespace onhook::fakes
