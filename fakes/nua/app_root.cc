// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/app_root.h"

namespace onhook::fakes {

void AppRoot::run() {
  for (running_ = true; running_;)
    if (auto job = mailbox_->take()) (*job)();
}

}  // namespace onhook::fakes
