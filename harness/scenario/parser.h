// SPDX-License-Identifier: GPL-3.0-or-later
// From lines of tokens to the syntax tree: recursive descent, one declaration a line. A mistake
// ends its line and nothing else, so that one reading of a file reports every line that is wrong.
#pragma once

#include <string>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/scenario/ast.h"
#include "harness/scenario/lexer.h"

namespace onhook {

struct ParseResult {
  ast::Scenario scenario;               ///< what the correct lines say
  std::vector<Diagnostic> diagnostics;  ///< at most one a line
};

/// `file` is the name in diagnostics. The grammar is in LANGUAGE.md.
ParseResult parse(const std::vector<Line>& lines, const std::string& file);

}  // namespace onhook
