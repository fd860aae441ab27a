// SPDX-License-Identifier: GPL-3.0-or-later
// Work whose process is of no use afterwards: it is done in a child, which hands over a text.
#pragma once

#include <functional>
#include <string>

namespace onhook {

struct ChildText {
  std::string text;
  std::string fault;  ///< "", or how the child ended before it had handed over everything
};

/// What `work` returns in a child of this process. The child leaves without destructors and exit
/// handlers.
ChildText text_of_child(const std::function<std::string()>& work);

}  // namespace onhook
