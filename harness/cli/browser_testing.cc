// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/browser_testing.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <map>

namespace onhook::testing_browser {
namespace {

using Json = nlohmann::json;
constexpr int kPatienceMs = 30'000;
// The pipe's ends in the browser, as it wants them.
constexpr int kReads = 3;
constexpr int kWrites = 4;

}  // namespace

Browser::Browser() {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  EXPECT_EQ(::pipe2(in.data(), O_CLOEXEC), 0);
  EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
  const std::string profile = "--user-data-dir=" + profile_.path();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Out of the way first: the ends may have the very numbers that they are to get.
    const int reads = ::fcntl(in[0], F_DUPFD, 10);
    const int writes = ::fcntl(out[1], F_DUPFD, 10);
    const int nothing = ::open("/dev/null", O_WRONLY);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    ::dup2(reads, kReads);
    ::dup2(writes, kWrites);
    ::execlp("chromium", "chromium", "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--remote-debugging-pipe", profile.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  to_ = in[1];
  from_ = out[0];
  const Json target = call("Target.createTarget", {{"url", "about:blank"}});
  session_ =
      call("Target.attachToTarget", {{"targetId", target.value("targetId", "")}, {"flatten", true}})
          .value("sessionId", "");
  EXPECT_NE(session_, "") << "chromium does not answer";
  call("Runtime.enable", Json::object());
  call("Page.enable", Json::object());
}

Browser::~Browser() {
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  ::close(to_);
  ::close(from_);
}

Json Browser::receive() {
  for (;;) {
    if (const std::size_t end = received_.find('\0'); end != std::string::npos) {
      Json message = Json::parse(received_.substr(0, end), nullptr, false);
      received_.erase(0, end + 1);
      if (message.value("method", "") == "Runtime.exceptionThrown")
        errors_ += message.dump() + "\n";
      return message;
    }
    pollfd ready{from_, POLLIN, 0};
    std::array<char, 65536> buffer{};
    if (::poll(&ready, 1, kPatienceMs) != 1) return {};
    const ssize_t n = ::read(from_, buffer.data(), buffer.size());
    if (n <= 0) return {};
    received_.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

Json Browser::call(const std::string& method, Json parameters) {
  const int id = ++calls_;
  Json message = {{"id", id}, {"method", method}, {"params", std::move(parameters)}};
  if (!session_.empty()) message["sessionId"] = session_;
  const std::string text = message.dump() + '\0';
  EXPECT_EQ(::write(to_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  for (;;) {
    const Json answer = receive();
    if (answer.is_null()) {
      ADD_FAILURE() << "no answer to " << method;
      return Json::object();
    }
    if (answer.value("id", 0) != id) continue;
    EXPECT_FALSE(answer.contains("error")) << answer.dump();
    return answer.value("result", Json::object());
  }
}

void Browser::open(const std::string& url) {
  call("Page.navigate", {{"url", url}});
  wait_until("document.readyState === 'complete' && location.href !== 'about:blank'");
}

std::string Browser::evaluate(const std::string& expression) {
  const Json result =
      call("Runtime.evaluate", {{"expression", "(async () => String(" + expression + "))()"},
                                {"awaitPromise", true},
                                {"returnByValue", true},
                                {"userGesture", true}});
  EXPECT_FALSE(result.contains("exceptionDetails")) << expression << ": " << result.dump();
  return result.value("result", Json::object()).value("value", "");
}

double Browser::number(const std::string& expression) { return std::stod(evaluate(expression)); }

std::string Browser::text(const std::string& selector) {
  return evaluate(fmt::format("document.querySelector('{}').textContent", selector));
}

void Browser::wait_until(const std::string& condition) {
  for (int i = 0; i < 500; ++i) {
    if (evaluate(condition) == "true") return;
    ::usleep(20'000);
  }
  ADD_FAILURE() << "never: " << condition;
}

void Browser::press(const std::string& key) {
  static const std::map<std::string, int> codes = {
      {"Enter", 13}, {"Escape", 27}, {"ArrowRight", 39}, {"ArrowDown", 40}};
  Json event = {
      {"type", "keyDown"}, {"key", key}, {"code", key}, {"windowsVirtualKeyCode", codes.at(key)}};
  if (key == "Enter") event["text"] = "\r";
  call("Input.dispatchKeyEvent", event);
  event["type"] = "keyUp";
  event.erase("text");
  call("Input.dispatchKeyEvent", event);
}

void Browser::resize(int width, int height) {
  call("Emulation.setDeviceMetricsOverride",
       {{"width", width}, {"height", height}, {"deviceScaleFactor", 2}, {"mobile", true}});
}

void Browser::prefer_dark() {
  call("Emulation.setEmulatedMedia",
       {{"features", {{{"name", "prefers-color-scheme"}, {"value", "dark"}}}}});
}

}  // namespace onhook::testing_browser
