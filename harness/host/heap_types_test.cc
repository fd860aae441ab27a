// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/heap_types.h"

#include <gtest/gtest.h>

// Read back from the debug information of this very test. Two structures have one size.
extern "C" {
struct onhook_heap_ring {
  int codes[37];
  struct {
    int first;
    int count;
  } used;
};
typedef struct {
  char name[52];
  char text[104];
} onhook_heap_label;
struct onhook_heap_odd {
  char bytes[1013];
};
struct onhook_heap_ring onhook_heap_one;
onhook_heap_label onhook_heap_two;
struct onhook_heap_odd onhook_heap_three;
int onhook_heap_count(const struct onhook_heap_ring* ring) { return ring->used.count; }
int onhook_heap_both(struct onhook_heap_ring* ring, onhook_heap_label* label) {
  return ring->used.count + label->name[0];
}
}

namespace onhook {
namespace {

static_assert(sizeof(onhook_heap_ring) == sizeof(onhook_heap_label));

class HeapTypesTest : public ::testing::Test {
 protected:
  const HeapTypes types{"/proc/self/exe"};
};

TEST_F(HeapTypesTest, the_size_alone_says_nothing) {
  EXPECT_EQ(types.type_of(1013, {}), "");
  EXPECT_EQ(types.type_of(1013, {"main", "onhook_heap_count"}), "");
}

TEST_F(HeapTypesTest, of_several_the_one_that_a_function_around_points_to) {
  EXPECT_EQ(types.type_of(sizeof(onhook_heap_ring), {}), "");
  EXPECT_EQ(types.type_of(sizeof(onhook_heap_ring), {"main", "onhook_heap_count"}),
            "onhook_heap_ring");
  EXPECT_EQ(types.type_of(sizeof(onhook_heap_ring), {"onhook_heap_both"}), "");
}

TEST_F(HeapTypesTest, members_have_their_path_and_arrays_are_one) {
  EXPECT_EQ(types.member_at("onhook_heap_ring", offsetof(onhook_heap_ring, used.count)),
            "used.count");
  EXPECT_EQ(types.member_at("onhook_heap_ring", 40), "codes");
  EXPECT_EQ(types.member_at("onhook_heap_label", 60), "text");
  EXPECT_EQ(types.member_at("onhook_heap_ring", 4000), "");
  EXPECT_EQ(types.member_at("onhook_no_such", 0), "");
}

TEST(HeapTypes, an_object_that_cannot_be_read_has_none) {
  EXPECT_EQ(HeapTypes("/nonexistent").type_of(8, {"main"}), "");
}

}  // namespace
}  // namespace onhook
