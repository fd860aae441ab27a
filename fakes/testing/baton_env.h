// SPDX-License-Identifier: GPL-3.0-or-later
// A small deterministic world for the unit tests of the fakes.
//
// Threads are fibers of the test's own thread; exactly one holds the baton. At every scheduling
// point the baton goes to a ready thread drawn from the seed, so that one test run over many seeds
// sees many orders, and one seed always sees the same one. Virtual time moves only when no thread
// is ready, and then to the next deadline; a window is answered by a time drawn from the seed.
//
// The test body is a thread of this world too: it may call every function of Env, and lets the
// others run with run(). What it does not do: explore systematically, or intercept any code of the
// plugin - that is the harness.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/env.h"

namespace onhook::fakes::testing {

/// Thrown (out of run(), too) by Env::unmodelled.
class Unmodelled : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One step or note, as it was recorded.
struct Seen {
  TimeNs time = 0;
  std::string thread;
  std::string actor;
  std::string verb;
  std::string detail;
};

struct Datagram {
  Address from;
  Address to;
  Bytes payload;
};

class BatonEnv final : public Env {
 public:
  explicit BatonEnv(std::uint64_t seed);
  /// Unwinds the threads that still wait. No fake's destructor may need them afterwards.
  ~BatonEnv() override;
  BatonEnv(const BatonEnv&) = delete;
  BatonEnv& operator=(const BatonEnv&) = delete;

  /// Unwinds the threads that still wait; none runs after that. Objects that call the Env when they
  /// go may go afterwards.
  void unwind() { cancel_all(); }

  /// Lets the other threads run until all of them wait without a deadline at or before `until`.
  /// Rethrows what escaped from a thread.
  void run(TimeNs until = kForever);

  // What was recorded; an empty argument matches everything, `detail` matches as a substring.
  const std::vector<Seen>& seen() const { return seen_; }
  int count(std::string_view actor, std::string_view verb, std::string_view detail = "") const;
  /// Index into seen() of the first match, -1 without one.
  int index_of(std::string_view actor, std::string_view verb, std::string_view detail = "") const;
  int last_index_of(std::string_view actor, std::string_view verb,
                    std::string_view detail = "") const;
  /// The whole trace, one line a fact.
  std::string text() const;
  /// Every datagram sent, delivered or not.
  const std::vector<Datagram>& datagrams() const { return datagrams_; }
  /// What fakes have read of the code under test, each with the number of facts seen before.
  struct Read {
    Memory memory;
    std::size_t after;
  };
  const std::vector<Read>& memory_read() const { return memory_read_; }
  /// True when a send to `to` would now be refused; consumes one refusal.
  bool take_refusal(Address to);
  /// Threads that have not ended, without the test itself.
  int live_threads() const;

  // Env
  TimeNs now() const override { return now_; }
  void sleep(Window window, std::string_view why) override;
  void spawn(std::string_view name, Job body, std::string_view role = "") override;
  void after(Window window, const Step& step, Job job) override;
  void after_unless(Window window, const Step& step, std::function<bool()> obsolete,
                    Job job) override;
  TimerId start_timer(Window window, Job job) override;
  void stop_timer(TimerId timer) override;
  std::unique_ptr<Mailbox> make_mailbox(std::string_view name) override;
  std::unique_ptr<SharedFlag> make_flag(std::string_view name, int initial) override;
  unsigned choose(std::string_view label, unsigned n) override;
  std::uint64_t random() override { return random_(); }
  void step(const Step& step) override;
  void note(const Step& fact) override;
  void reads(std::span<const Memory> memory) override;
  [[noreturn]] void unmodelled(std::string_view what) override;
  // No library runs in this world.
  void name_next_thread(std::string_view) override {}
  std::vector<Address> sockets_of(std::string_view) const override { return {}; }
  std::vector<Address> listeners_of(std::string_view) const override { return {}; }
  void intercept_datagrams(Interceptor) override {}
  void intercept_segments(Interceptor) override {}
  void send_datagram(Address from, Address to, const Bytes& payload) override;
  void on_datagram(Address at, std::function<void(Address from, const Bytes&)> handler) override;
  void refuse_datagrams(Address to, int times) override;

  /// A scheduling point: the baton may go to any ready thread. For toy plugins.
  void point();

 private:
  struct Fiber;
  struct BatonMailbox;
  struct BatonFlag;

  static void enter(unsigned low, unsigned high);
  void body_of(Fiber& fiber);
  TimeNs draw(Window window);
  /// Waits until woken or `deadline`; false on the deadline.
  bool block(TimeNs deadline, const void* on);
  void wake(const void* on);
  void pass_baton();
  Fiber& pick_next();
  void switch_to(Fiber& next);
  static bool matches(const Seen& fact, std::string_view actor, std::string_view verb,
                      std::string_view detail);
  void cancel_all();

  std::mt19937_64 random_;
  TimeNs now_ = 0;
  TimeNs horizon_ = kForever;
  bool main_waits_for_idle_ = false;
  bool cancelling_ = false;
  std::exception_ptr escaped_;
  std::vector<std::unique_ptr<Fiber>> fibers_;  ///< [0] is the test's own thread
  Fiber* running_ = nullptr;
  std::vector<Seen> seen_;
  std::vector<Datagram> datagrams_;
  std::vector<Read> memory_read_;
  std::map<std::uint64_t, std::function<void(Address, const Bytes&)>> handlers_;
  std::map<std::uint64_t, int> refusals_;
  TimerId last_timer_ = 0;
  std::set<TimerId> timers_;  ///< that may still begin
};

}  // namespace onhook::fakes::testing
