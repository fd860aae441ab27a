// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/closed_library.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <string>

/// What the library takes for its own, as the executable stands in front of it.
extern "C" __attribute__((visibility("default"))) const char* who_answers() {
  return "the executable";
}

namespace onhook {
namespace {

class ClosedLibrary : public testing::Test {
 protected:
  ClosedLibrary() : library_(::dlopen(ONHOOK_TEST_LIBRARY, RTLD_NOW | RTLD_LOCAL)) {
    EXPECT_NE(library_, nullptr) << ::dlerror();
  }

  template <typename Result>
  Result call(const char* function) {
    return reinterpret_cast<Result (*)()>(::dlsym(library_, function))();
  }
  const void* inside() { return ::dlsym(library_, "ask"); }

  void* library_;
};

TEST(KnownSymbols, AreThoseOfTheTablesAndOfTheirPrefixes) {
  EXPECT_TRUE(is_known_symbol("pthread_mutex_lock"));
  EXPECT_TRUE(is_known_symbol("memcpy"));
  EXPECT_TRUE(is_known_symbol("__tsan_read8"));
  EXPECT_FALSE(is_known_symbol("SSL_new"));
  EXPECT_FALSE(is_known_symbol("memcp"));
}

TEST_F(ClosedLibrary, CallsItsOwnFunctionsWhateverTheExecutableDefines) {
  EXPECT_STREQ(call<const char*>("ask"), "the executable");
  close_library(inside());
  EXPECT_STREQ(call<const char*>("ask"), "the library");
  EXPECT_STREQ(call<const char*>("ask_through_data"), "the library");
}

TEST_F(ClosedLibrary, IsStoppedByNameAtAFunctionThatNoTableKnows) {
  const std::vector<std::string> refused = close_library(inside());
  EXPECT_EQ(refused, std::vector<std::string>{"pause"});
  EXPECT_DEATH(call<int>("sleep_in_the_kernel"), "not modelled: pause, called by a library");
}

}  // namespace
}  // namespace onhook
