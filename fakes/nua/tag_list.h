// SPDX-License-Identifier: GPL-3.0-or-later
// An owned copy of a tag list, made with sofia-sip's own functions: the arguments of a nua_*() call
// on their way to the stack thread, the tags of an event on their way to the application.
#pragma once

#include <sofia-sip/su_tag.h>
#include <sofia-sip/su_tagarg.h>

#include <utility>

namespace onhook::fakes {

class TagList {
 public:
  TagList() = default;
  /// Deep copy; nullptr is the empty list.
  explicit TagList(const tagi_t* tags) : tags_(tags ? tl_adup(nullptr, tags) : nullptr) {}
  ~TagList() {
    if (tags_) tl_vfree(tags_);
  }
  TagList(TagList&& other) noexcept : tags_(std::exchange(other.tags_, nullptr)) {}
  TagList& operator=(TagList&& other) noexcept {
    std::swap(tags_, other.tags_);
    return *this;
  }

  tagi_t* get() const { return tags_; }
  /// The last occurrence of a tag, as sofia-sip resolves repeated ones; nullptr without any.
  const tagi_t* find(tag_type_t tag) const { return tags_ ? tl_find_last(tags_, tag) : nullptr; }

 private:
  tagi_t* tags_ = nullptr;
};

/// A list from a sofia-sip argument list: make_tags(NUTAG_CALLSTATE(state), TAG_END()).
TagList make_tags(tag_type_t tag, tag_value_t value, ...);

}  // namespace onhook::fakes
