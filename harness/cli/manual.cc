// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/manual.h"

#include "harness/cli/command.h"

namespace onhook::cli {
namespace {

constexpr const char* kHelp =
    "Prints the reference of the scenario language, as Markdown; with --textmate the grammar that\n"
    "editors highlight it by.\n\n"
    "  onhook manual | less\n"
    "  onhook manual --textmate > onhook.tmLanguage.json";

}  // namespace

Verb add_manual(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("manual", kHelp);
  auto textmate = std::make_shared<bool>(false);
  verb->add_flag("--textmate", *textmate, "the grammar for editors instead");
  return {verb, [textmate](const Engine&, Console& console) {
            console.out << (*textmate ? textmate_grammar() : reference_manual());
            return 0;
          }};
}

}  // namespace onhook::cli
