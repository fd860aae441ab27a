// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/janus_files.h"

#include <algorithm>

#include "harness/host/git_testing.h"
#include "harness/host/target.h"

namespace onhook {
namespace {

const JanusFileList kList = {{"plugins/janus_sip", "plugins/plugin", "rtp"},
                             {"plugins/janus_sip.c", "plugins/plugin.h", "debug.h"},
                             {"ice.c", "janus.c"}};

class JanusFilesTest : public testing::Test {
 protected:
  /// Whatever the test writes beside it, in a folder (old trees: "").
  void write_tree(const std::string& at) {
    repo_.write(at + "plugins/janus_sip.c", "#include \"plugin.h\"\n#include \"../rtp.h\"\n");
    repo_.write(at + "plugins/plugin.h", "#include <glib.h>\n #  include \"../refcount.h\"\n");
    repo_.write(at + "plugins/janus_echotest.c", "#include \"plugin.h\"\n");
    repo_.write(at + "rtp.c", "#include \"rtp.h\"\n");
    repo_.write(at + "rtp.h", "// rtp\n");
    repo_.write(at + "debug.h", "\n");
    repo_.write(at + "refcount.h", "#include \"mutex.h\"\n");
    repo_.write(at + "mutex.h", "\n");
    repo_.write(at + "ice.h", "\n");
    repo_.write(at + "ice.c", "#include \"ice.h\"\n");
  }

  std::variant<JanusFiles, std::string> found() {
    const std::string id = repo_.commit("Tree");
    auto clone = GitClone::open(repo_.folder());
    GitClone& opened = *std::get<0>(clone);
    return JanusFileFinder(opened, kList).files_of(opened.commit(id)->tree);
  }
  std::vector<std::string> built() {
    const auto files = found();
    if (const auto* error = std::get_if<std::string>(&files)) return {*error};
    std::vector<std::string> paths;
    for (const auto& [path, id] : std::get<0>(files).built) paths.push_back(path);
    return paths;
  }

  testing_git::Repository repo_;
};

TEST_F(JanusFilesTest, AreTheCompiledFilesAndAllThatTheyInclude) {
  write_tree("src/");
  const std::vector<std::string> expected = {
      "debug.h", "mutex.h", "plugins/janus_sip.c", "plugins/plugin.h", "refcount.h",
      "rtp.c",   "rtp.h"};
  EXPECT_EQ(built(), expected);
}

TEST_F(JanusFilesTest, AreTheSameWhereverTheyLie) {
  write_tree("");
  const auto before = std::get<0>(found());
  EXPECT_EQ(before.folder, "");
  repo_.git({"rm", "-rq", "."});
  write_tree("src/");
  const auto after = std::get<0>(found());
  EXPECT_EQ(after.folder, "src/");
  EXPECT_EQ(before.built, after.built);
  EXPECT_EQ(before.core, after.core);
  EXPECT_EQ(before.core.size(), 1u);
}

TEST_F(JanusFilesTest, AnIncludeThatOnlyThePreprocessorKnowsMayBeAnyHeader) {
  write_tree("src/");
  repo_.write("src/rtp.c", "#include OTHER\n");
  const auto paths = built();
  EXPECT_NE(std::ranges::find(paths, "ice.h"), paths.end());
}

TEST_F(JanusFilesTest, ALongLineIsNoTrouble) {
  write_tree("src/");
  repo_.write("src/rtp.c", "#include \"" + std::string(1'000'000, 'x') + "\n#include \"mutex.h\"");
  EXPECT_GT(built().size(), 5u);
}

TEST_F(JanusFilesTest, ATreeWithoutThemSaysWhatIsMissing) {
  repo_.write("README", "no Janus");
  EXPECT_NE(built()[0].find("it has no SIP plugin"), std::string::npos);
  write_tree("src/");
  std::filesystem::remove(repo_.folder() + "/src/debug.h");
  EXPECT_EQ(built()[0], "src/debug.h is missing");
}

TEST_F(JanusFilesTest, ALinkIsNotFollowed) {
  write_tree("src/");
  std::filesystem::remove(repo_.folder() + "/src/rtp.h");
  std::filesystem::create_symlink("/etc/passwd", repo_.folder() + "/src/rtp.h");
  EXPECT_EQ(built()[0], "src/rtp.h is no file but a link");
}

TEST(JanusFileList, IsThatOfTheScripts) {
  const JanusFileList list =
      read_janus_file_list(default_target_paths().scripts + "/lib/janus_files.txt");
  EXPECT_NE(std::ranges::find(list.units, "plugins/janus_sip"), list.units.end());
  EXPECT_NE(std::ranges::find(list.needed, "plugins/plugin.h"), list.needed.end());
  EXPECT_NE(std::ranges::find(list.core, "ice.c"), list.core.end());
  EXPECT_TRUE(read_janus_file_list("/nowhere").units.empty());
}

}  // namespace
}  // namespace onhook
