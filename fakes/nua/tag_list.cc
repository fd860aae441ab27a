// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/tag_list.h"

namespace onhook::fakes {

TagList make_tags(tag_type_t tag, tag_value_t value, ...) {
  ta_list ta;
  ta_start(ta, tag, value);
  TagList list(ta_args(ta));
  ta_end(ta);
  return list;
}

}  // namespace onhook::fakes
