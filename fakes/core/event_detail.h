// SPDX-License-Identifier: GPL-3.0-or-later
// How an event of the SIP plugin is called in the trace. Pure.
#pragma once

#include <jansson.h>

#include <string>
#include <string_view>

namespace onhook::fakes {

/// "incomingcall" for {"sip":"event","result":{"event":"incomingcall",...}}; "error" for one with
/// an error_code. Valid as long as `message`; "event" when it is neither.
std::string_view event_name(const json_t* message);

/// The attributes of the step "receives": name, "code N", "reason TEXT", "jsep TYPE", those that
/// are there. Commas in a reason become semicolons, because commas separate attributes.
std::string event_detail(const json_t* message, std::string_view jsep_type);

}  // namespace onhook::fakes
