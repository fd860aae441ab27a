// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/history_testing.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "harness/host/target.h"

namespace onhook::testing_process {

namespace fs = std::filesystem;

JanusHistory::JanusHistory() {
  import("good", "1.1.2", "src/", "Begin");
  repo_.write("README", "one");
  commit("readme", "Say something");
  const std::string plugin = testing_base::text_of_file(folder() + "/src/plugins/janus_sip.c");
  repo_.write("src/plugins/janus_sip.c", plugin + "\nint is_missing(void) { return }\n");
  commit("uncompiled", "Forget something");
  repo_.write("src/plugins/janus_sip.c", plugin + "\n");
  commit("compiled", "Put it there");
  import("broken", "1.1.2+hangup_guard", "src/", "Break it");
  import("moved", "1.1.2+hangup_guard", "", "Move all files");
  import("other_layout", "1.4.1+hangup_guard", "src/", "Change plugin.h");
  import("mended", "1.4.1", "src/", "Mend it");
  repo_.write("README", "two");
  commit("end", "Say something else");
}

void JanusHistory::import(const std::string& name, const std::string& target,
                          const std::string& folder, const std::string& subject) {
  const TargetResult found = resolve_target(target);
  ASSERT_TRUE(found.target) << found.error;
  repo_.git({"rm", "-rqf", "--ignore-unmatch", "."});
  fs::create_directories(repo_.folder() + "/" + folder);
  fs::copy(found.target->code_dir, repo_.folder() + "/" + folder, fs::copy_options::recursive);
  fs::copy(found.target->source_dir + "/configure.ac", repo_.folder());
  commit(name, subject);
}

void JanusHistory::commit(const std::string& name, const std::string& subject) {
  commits_[name] = repo_.commit(subject);
}

}  // namespace onhook::testing_process
