// SPDX-License-Identifier: GPL-3.0-or-later
// For verbs that run one cell and print what came of it themselves: of the campaign they want
// nothing but what the cell printed.
#pragma once

#include "harness/cli/campaign.h"
#include "harness/cli/command.h"

namespace onhook::cli {

class OutputOnly : public CampaignObserver {
 public:
  explicit OutputOnly(Console& console) : console_(console) {}
  void on_output(const CellRequest&, std::string_view text) override {
    console_.err << text << std::flush;
  }

 private:
  Console& console_;
};

}  // namespace onhook::cli
