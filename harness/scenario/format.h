// SPDX-License-Identifier: GPL-3.0-or-later
// One way to lay a scenario out: one blank between words, the first word, names and the rest in
// columns two blanks apart as long as lines stand together, two blanks before what continues the
// header. Comments stay where they are, and the tokens stay what they are, so that the scenario's
// hash and with it every recorded schedule stays valid.
#pragma once

#include <string>
#include <string_view>

namespace onhook {

/// `text` laid out; lines that are no tokens (an open string) are left alone. Idempotent.
std::string format_scenario(std::string_view text);

}  // namespace onhook
