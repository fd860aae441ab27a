// SPDX-License-Identifier: GPL-3.0-or-later
// Work whose process is of no use afterwards: it is done in a child, which hands over a text.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace onhook {

struct ChildText {
  std::string text;
  std::string fault;  ///< "", or how the child ended before it had handed over everything
};

/// What `work` returns in a child of this process. The child leaves without destructors and exit
/// handlers.
ChildText text_of_child(const std::function<std::string()>& work);

/// What an execution that is played in a child has to say.
struct ChildLines {
  std::vector<std::string> lines;  ///< without line breaks
  std::string fault;               ///< "", or why it could not be played to its end; one line
};

/// The same of lines, and of the fault that the work has, or the child's early end is.
ChildLines lines_of_child(const std::function<ChildLines()>& work);

}  // namespace onhook
