// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/sofia_traces.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "harness/cli/output_only.h"

namespace onhook::cli {

namespace fs = std::filesystem;

SofiaTraces::~SofiaTraces() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

int SofiaTraces::play(CellRequest cell, const Engine& engine, Console& console) {
  std::error_code error;
  std::string pattern = (fs::temp_directory_path(error) / "onhook_likeness.XXXXXX").string();
  if (error || ::mkdtemp(pattern.data()) == nullptr) {
    console.err << fmt::format("onhook: no folder for traces: {}\n",
                               error ? error.message() : std::strerror(errno));
    return kHarnessFault;
  }
  folder_ = pattern;
  cell.sip = "sofia";
  cell.traces_folder = folder_;
  OutputOnly observer(console);
  console.out.flush();
  console.err.flush();
  const CampaignResult campaign = run_campaign({cell}, engine.run_cell, {}, observer);
  if (campaign.end == CampaignEnd::interrupted) return kInterrupted;
  for (const auto& entry : fs::directory_iterator(folder_, error))
    files_.push_back(entry.path().string());
  std::sort(files_.begin(), files_.end());
  if (!files_.empty()) return 0;
  const std::string& fault = campaign.results.front().fault;
  console.err << fmt::format("onhook: no trace of the real library: {}\n",
                             fault.empty() ? "no execution came to the scenario's events" : fault);
  return kHarnessFault;
}

}  // namespace onhook::cli
