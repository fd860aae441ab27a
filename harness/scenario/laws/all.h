// SPDX-License-Identifier: GPL-3.0-or-later
// The makers of all laws of this folder, one a file.
#pragma once

#include <memory>

#include "harness/scenario/laws/law.h"

namespace onhook::laws {

std::unique_ptr<Monitor> make_pc_close();
std::unique_ptr<Monitor> make_hangup_once();
std::unique_ptr<Monitor> make_quiescent();
std::unique_ptr<Monitor> make_callable();
std::unique_ptr<Monitor> make_bye();
std::unique_ptr<Monitor> make_right_call();
std::unique_ptr<Monitor> make_one_relay();
std::unique_ptr<Monitor> make_reply();
std::unique_ptr<Monitor> make_dangling();

}  // namespace onhook::laws
