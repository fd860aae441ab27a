// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/field_layout.h"

#include <gtest/gtest.h>

// In the shape of a Janus session; read back from the debug information of this very test.
extern "C" {
enum onhook_test_status { onhook_test_status_idle = 0, onhook_test_status_closing = 7 };
struct onhook_test_media {
  char* ip;
  int has_audio : 3;
  unsigned short port;
};
typedef struct onhook_test_media media_type;
struct onhook_test_session {
  void* handle;
  volatile enum onhook_test_status status;
  media_type media;
};
struct onhook_test_session onhook_test_instance;
}

namespace onhook {
namespace {

FieldLayout layout_of(const std::vector<std::string>& wanted) {
  const auto layout = read_field_layout("/proc/self/exe", "onhook_test_session", wanted);
  EXPECT_TRUE(layout.has_value());
  return layout.value_or(FieldLayout{});
}

TEST(FieldLayout, finds_a_field_behind_qualifiers_and_names_its_values) {
  const FieldLayout layout = layout_of({"status"});
  EXPECT_EQ(layout.bytes, sizeof(onhook_test_session));
  ASSERT_EQ(layout.fields.size(), 1u);
  EXPECT_EQ(layout.fields[0].offset, offsetof(onhook_test_session, status));
  EXPECT_EQ(layout.fields[0].enumerators.at(0), "idle");
  EXPECT_EQ(layout.fields[0].enumerators.at(7), "closing");
}

TEST(FieldLayout, finds_a_field_of_a_structure_inside) {
  const FieldLayout layout = layout_of({"media.port"});
  ASSERT_EQ(layout.fields.size(), 1u);
  EXPECT_EQ(layout.fields[0].offset, offsetof(onhook_test_session, media.port));
  EXPECT_EQ(layout.fields[0].bytes, 2u);
}

TEST(FieldLayout, leaves_out_what_the_structure_does_not_have) {
  EXPECT_TRUE(layout_of({"media.gone", "gone"}).fields.empty());
}

TEST(FieldLayout, leaves_out_bit_fields_which_have_no_address) {
  EXPECT_TRUE(layout_of({"media.has_audio"}).fields.empty());
}

TEST(FieldLayout, of_an_unknown_structure_or_a_missing_file_is_none) {
  EXPECT_FALSE(read_field_layout("/proc/self/exe", "onhook_no_such", {"a"}).has_value());
  EXPECT_FALSE(read_field_layout("/nonexistent", "onhook_test_session", {"a"}).has_value());
}

}  // namespace
}  // namespace onhook
