// SPDX-License-Identifier: GPL-3.0-or-later
// "The file is wrong": one mistake in a text that a person wrote, shown as the place, the source
// line, a caret and, where one is near, the word that was probably meant.
//
//   races/bye.sched:9:1: error: unknown word 'rum'
//     rum 3 x5
//     ^~~
//   did you mean 'run'?
//
// Parsers make these and return them; nothing here prints or exits.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace onhook {

struct Diagnostic {
  std::string file;
  int line = 0;             ///< from 1; 0: the file as a whole (it cannot be read, it ends early)
  int column = 0;           ///< from 1, in bytes; 0: the line as a whole
  int width = 1;            ///< bytes underlined, at least 1
  std::string source_line;  ///< without its line end; may be empty
  std::string message;      ///< one sentence, no full stop
  std::string suggestion;   ///< what to do or what was meant; may be empty

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// What is wrong with a file as a whole.
Diagnostic complaint(std::string_view file, std::string message);

/// The text in the form above, ending in a line end. `kind`: "warning" where nothing is wrong. Tabs
/// before the caret are kept, so that it stands under its character whatever a tab's width; control
/// characters are shown as '?'.
std::string to_text(const Diagnostic& diagnostic, std::string_view kind = "error");

/// The candidate with the smallest optimal string alignment distance (insert, delete, replace and
/// swap of neighbours cost 1) to `word`, the first one among equals; "" when none is nearer than
/// about a third of the word's length. Case is ignored.
std::string_view closest_word(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace onhook
