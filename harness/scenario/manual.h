// SPDX-License-Identifier: GPL-3.0-or-later
// What can be said about the language's words without knowing more than the tables of names.h: the
// reference, and the grammar for editors. Both are committed as files (REFERENCE.md beside this,
// ci/editor/onhook.tmLanguage.json); a test says when they are not what the tables say.
#pragma once

#include <string>

namespace onhook {

/// Markdown: every declaration, verb, object, attribute, observable and general law.
std::string reference_manual();

/// A TextMate grammar, as VS Code, Sublime Text, JetBrains' editors and GitHub read it.
std::string textmate_grammar();

}  // namespace onhook
