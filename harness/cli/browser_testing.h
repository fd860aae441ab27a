// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: Debian's Chromium without a window, driven through its debugging pipe (Chrome DevTools
// Protocol; messages in JSON, each ended by a NUL). Whatever goes wrong fails the test.
#pragma once

#include <sys/types.h>

#include <nlohmann/json.hpp>
#include <string>

#include "harness/base/testing.h"

namespace onhook::testing_browser {

class Browser {
 public:
  Browser();
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  /// Returns when the page is loaded.
  void open(const std::string& url);
  /// The value of an expression as text; it may `await`.
  std::string evaluate(const std::string& expression);
  double number(const std::string& expression);
  /// Of the first element that the selector finds.
  std::string text(const std::string& selector);
  /// Fails after ten seconds.
  void wait_until(const std::string& condition);
  /// A real key, as the keyboard sends it.
  void press(const std::string& key);
  void resize(int width, int height);
  void prefer_dark();
  /// What the page's script complained of so far.
  const std::string& errors() const { return errors_; }

 private:
  nlohmann::json call(const std::string& method, nlohmann::json parameters);
  /// The next message; a null one when the browser is gone.
  nlohmann::json receive();

  testing_base::TemporaryFolder profile_;
  pid_t pid_ = -1;
  int to_ = -1;
  int from_ = -1;
  int calls_ = 0;
  std::string session_;
  std::string received_;
  std::string errors_;
};

}  // namespace onhook::testing_browser
