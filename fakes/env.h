// SPDX-License-Identifier: GPL-3.0-or-later
// The world as a fake sees it.
//
// A fake (the Janus core, nua, the SIP peer, the browser) is a set of threads that talk through the
// objects below and through nothing else: what it shares, it shares through a Mailbox, a SharedFlag
// or an announced step, so that the explorer sees every point at which two fakes or a fake and the
// plugin can race. Fakes include nothing of harness/; the harness implements this interface.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onhook::fakes {

/// Virtual time in nanoseconds since the world began.
using TimeNs = std::int64_t;

inline constexpr TimeNs kMillisecond = 1'000'000;
inline constexpr TimeNs kSecond = 1'000'000'000;
/// "Never": a wait without a timeout.
inline constexpr TimeNs kForever = INT64_MAX;

/// A latency: something happens at least `earliest` and at most `latest` after now. A window with
/// earliest < latest is a choice of the explorer. Invariant: 0 <= earliest <= latest.
struct Window {
  TimeNs earliest = 0;
  TimeNs latest = 0;

  static constexpr Window exactly(TimeNs t) { return {t, t}; }
  static constexpr Window within(TimeNs a, TimeNs b) { return {a, b}; }
};

/// What a step does, in words that a scenario's `event` can match and a ladder can print.
/// `detail` is a list of attributes separated by ", ": "nua_i_state, callstate terminated".
struct Step {
  std::string_view actor;   ///< "alice", "bob", "core"; empty: the thread that takes the step
  std::string_view verb;    ///< see vocabulary.h
  std::string_view detail;  ///< attributes, may be empty
};

/// A closure that a fake thread will run.
using Job = std::function<void()>;

/// A timer that may be called off; 0 is none.
using TimerId = std::uint32_t;

/// A first-in first-out queue between threads. post() and take() are scheduling points.
class Mailbox {
 public:
  virtual ~Mailbox() = default;
  /// Appends a job; never blocks.
  virtual void post(Job job) = 0;
  /// Removes the oldest job, waiting for one; nullopt when `timeout` passed (an exact latency)
  /// first.
  virtual std::optional<Job> take(TimeNs timeout = kForever) = 0;
  virtual bool empty() const = 0;
};

/// An integer that several threads read and write atomically; each access is a scheduling point.
class SharedFlag {
 public:
  virtual ~SharedFlag() = default;
  virtual int load() = 0;
  virtual void store(int value) = 0;
  /// Sets `desired` and returns true if the value was `expected`.
  virtual bool compare_exchange(int expected, int desired) = 0;
};

/// An IPv4 address and port of the virtual network, host byte order.
struct Address {
  std::uint32_t ip = 0x7f000001;
  std::uint16_t port = 0;
  friend bool operator==(const Address&, const Address&) = default;
};

using Bytes = std::vector<std::uint8_t>;

/// Bytes of the code under test.
struct Memory {
  const void* address;
  std::size_t bytes;
};

class Env {
 public:
  virtual ~Env() = default;

  // Time and threads -----------------------------------------------------------------------------
  /// Looking at the clock decides which latencies it was of those still open: the explorer sees no
  /// others from here on. A fake does so only where the protocol does; else it uses a timer.
  virtual TimeNs now() const = 0;
  /// Blocks the calling thread for a time in `window`; `why` is shown in the ladder.
  virtual void sleep(Window window, std::string_view why) = 0;
  /// Starts a thread of the world. `name` is its lane in the ladder; `role` is what a scenario's
  /// `thread` line can call it, as a thread of the plugin is called by its entry function.
  virtual void spawn(std::string_view name, Job body, std::string_view role = "") = 0;
  /// Runs `job` after a time in `window`, as a step of its own (announced like `step()`).
  virtual void after(Window window, const Step& step, Job job) = 0;
  /// Like after(), for what may become pointless meanwhile (an answer to a call that was
  /// cancelled): once `obsolete()` is true the job is dropped, and a world that can also drops its
  /// step, so that the trace does not tell of what was never done. `obsolete` reads state only.
  virtual void after_unless(Window window, const Step& step, std::function<bool()> obsolete,
                            Job job) {
    after(window, step, [obsolete = std::move(obsolete), job = std::move(job)] {
      if (!obsolete()) job();
    });
  }

  /// Runs `job` after a time in `window`, on a thread of its own and without a step that is told.
  /// For timers that are usually called off: one that was leaves nothing behind, no step and no
  /// time that has to pass.
  virtual TimerId start_timer(Window window, Job job) = 0;
  /// The job does not begin any more. One that has begun, or 0, is no error.
  virtual void stop_timer(TimerId timer) = 0;

  // Shared objects -------------------------------------------------------------------------------
  virtual std::unique_ptr<Mailbox> make_mailbox(std::string_view name) = 0;
  virtual std::unique_ptr<SharedFlag> make_flag(std::string_view name, int initial) = 0;

  // Choices and observations ---------------------------------------------------------------------
  /// A choice of the explorer in [0, n). n == 1 is no choice.
  virtual unsigned choose(std::string_view label, unsigned n) = 0;
  /// 64 bits from the schedule's seed (Call-IDs, tags): same schedule, same values.
  virtual std::uint64_t random() = 0;
  /// A scheduling point that a scenario's `event` can name and hold back; when it happens it is
  /// also recorded in the trace.
  virtual void step(const Step& step) = 0;
  /// A scheduling point only where an event of the scenario is such a step and has not come yet: it
  /// can be held back here. Not recorded; who takes the step notes it when it knows what it was.
  virtual void await_turn(const Step& step) { (void)step; }
  /// Records a fact in the trace, without a scheduling point.
  virtual void note(const Step& fact) = 0;
  /// What the code under test has handed to the fake that it calls is about to be read: one step
  /// where it races, told to who judges memory. What the fake has made itself is nobody's business.
  virtual void reads(std::span<const Memory> memory) { (void)memory; }
  /// The world cannot go on truthfully: something is not modelled. Ends the run with this text.
  [[noreturn]] virtual void unmodelled(std::string_view what) = 0;

  // Libraries that are no fakes (the real libsofia-sip-ua)
  // -----------------------------------------
  /// The lane of the next thread that a library makes by itself.
  virtual void name_next_thread(std::string_view name) = 0;
  /// Where the threads of that lane have opened UDP sockets, in order of their numbers.
  virtual std::vector<Address> sockets_of(std::string_view lane) const = 0;
  /// Where the threads of that lane listen for TCP connections, in order of their numbers.
  virtual std::vector<Address> listeners_of(std::string_view lane) const = 0;

  // Network --------------------------------------------------------------------------------------
  /// Puts a datagram on the virtual network, as if sent from `from`.
  virtual void send_datagram(Address from, Address to, const Bytes& payload) = 0;
  /// Calls `handler` (on the sender's thread) for each datagram that arrives at `at`.
  virtual void on_datagram(Address at, std::function<void(Address from, const Bytes&)> handler) = 0;
  /// Shows `interceptor` every datagram first. It says whether what becomes of it is its business;
  /// then `arrives` brings it to where it goes, each time it is called.
  using Interceptor = std::function<bool(Address from, Address to, const Bytes& payload,
                                         const std::function<void()>& arrives)>;
  virtual void intercept_datagrams(Interceptor interceptor) = 0;
  /// The same for segments of TCP; an empty one asks for a connection. `arrives` works once and has
  /// to be called some time: what is late keeps the rest of its stream waiting.
  virtual void intercept_segments(Interceptor interceptor) = 0;
  /// The next send to, or poll of a socket connected to, `to` reports ECONNREFUSED (an ICMP error);
  /// `times` < 0: for ever.
  virtual void refuse_datagrams(Address to, int times) = 0;
};

}  // namespace onhook::fakes
