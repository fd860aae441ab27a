// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/testing/baton_env.h"

#include <fmt/format.h>
#include <ucontext.h>

#include <algorithm>
#include <deque>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace onhook::fakes::testing {
namespace {

constexpr std::size_t kStackBytes = 512 * 1024;

/// Unwinds the stack of a thread that will never run again.
struct Cancelled {};

/// What the thread of a timer waits on besides its time.
const void* timer_of(TimerId id) { return reinterpret_cast<const void*>(~std::uintptr_t{0} - id); }

std::uint64_t key_of(Address a) { return (std::uint64_t{a.ip} << 16) | a.port; }

}  // namespace

struct BatonEnv::Fiber {
  enum class State { ready, blocked, done };

  std::string name;
  Job body;
  State state = State::ready;
  TimeNs deadline = kForever;
  const void* waits_on = nullptr;
  bool timed_out = false;
  std::unique_ptr<char[]> stack;  ///< null: the test's own stack
  ucontext_t context{};
  // What ASan wants to know about a switch.
  void* fake_stack = nullptr;
  const void* bottom = nullptr;
  std::size_t size = 0;
};

struct BatonEnv::BatonMailbox final : Mailbox {
  explicit BatonMailbox(BatonEnv& env) : env_(env) {}

  void post(Job job) override {
    env_.point();
    jobs_.push_back(std::move(job));
    env_.wake(this);
  }

  std::optional<Job> take(TimeNs timeout) override {
    env_.point();
    const TimeNs deadline = timeout == kForever ? kForever : env_.now() + timeout;
    while (jobs_.empty())
      if (!env_.block(deadline, this)) return std::nullopt;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
  }

  bool empty() const override { return jobs_.empty(); }

  BatonEnv& env_;
  std::deque<Job> jobs_;
};

struct BatonEnv::BatonFlag final : SharedFlag {
  BatonFlag(BatonEnv& env, int initial) : env_(env), value_(initial) {}

  int load() override {
    env_.point();
    return value_;
  }
  void store(int value) override {
    env_.point();
    value_ = value;
  }
  bool compare_exchange(int expected, int desired) override {
    env_.point();
    if (value_ != expected) return false;
    value_ = desired;
    return true;
  }

  BatonEnv& env_;
  int value_;
};

BatonEnv::BatonEnv(std::uint64_t seed) : random_(seed) {
  fibers_.push_back(std::make_unique<Fiber>());
  fibers_[0]->name = "test";
  running_ = fibers_[0].get();
}

BatonEnv::~BatonEnv() { cancel_all(); }

// Threads ----------------------------------------------------------------------------------------

void BatonEnv::enter(unsigned low, unsigned high) {
  auto* env = reinterpret_cast<BatonEnv*>((std::uintptr_t{high} << 32) | low);
  env->body_of(*env->running_);
}

void BatonEnv::body_of(Fiber& fiber) {
#if defined(__SANITIZE_ADDRESS__)
  Fiber& main = *fibers_[0];
  const void* bottom = nullptr;
  std::size_t size = 0;
  __sanitizer_finish_switch_fiber(nullptr, &bottom, &size);
  if (main.bottom == nullptr) {  // only the test's own thread can have started the first fiber
    main.bottom = bottom;
    main.size = size;
  }
#endif
  std::exception_ptr failure;
  try {
    if (!cancelling_) fiber.body();
  } catch (const Cancelled&) {
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure && !escaped_) escaped_ = failure;
  failure = nullptr;
  fiber.body = nullptr;
  fiber.state = Fiber::State::done;
  if (cancelling_ || escaped_) {
    switch_to(*fibers_[0]);
  } else {
    switch_to(pick_next());
  }
}

void BatonEnv::spawn(std::string_view name, Job body, std::string_view /*role*/) {
  auto fiber = std::make_unique<Fiber>();
  fiber->name = name;
  fiber->body = std::move(body);
  fiber->stack.reset(new char[kStackBytes]);
  fiber->bottom = fiber->stack.get();
  fiber->size = kStackBytes;
  getcontext(&fiber->context);
  fiber->context.uc_stack.ss_sp = fiber->stack.get();
  fiber->context.uc_stack.ss_size = kStackBytes;
  fiber->context.uc_link = nullptr;
  const auto self = reinterpret_cast<std::uintptr_t>(this);
  makecontext(&fiber->context, reinterpret_cast<void (*)()>(&BatonEnv::enter), 2,
              static_cast<unsigned>(self & 0xffffffffu), static_cast<unsigned>(self >> 32));
  fibers_.push_back(std::move(fiber));
}

void BatonEnv::switch_to(Fiber& next) {
  Fiber& self = *running_;
  if (&self != &next) {
    running_ = &next;
#if defined(__SANITIZE_ADDRESS__)
    const bool ends = self.state == Fiber::State::done;
    __sanitizer_start_switch_fiber(ends ? nullptr : &self.fake_stack, next.bottom, next.size);
#endif
    swapcontext(&self.context, &next.context);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(self.fake_stack, nullptr, nullptr);
#endif
  }
  if (cancelling_) {
    if (&self != fibers_[0].get()) throw Cancelled{};
  } else if (escaped_ && &self == fibers_[0].get()) {
    self.state = Fiber::State::ready;
    main_waits_for_idle_ = false;
    std::rethrow_exception(std::exchange(escaped_, nullptr));
  }
}

/// Chooses who runs next and moves the clock when nobody can.
BatonEnv::Fiber& BatonEnv::pick_next() {
  while (true) {
    std::vector<Fiber*> ready;
    TimeNs earliest = kForever;
    for (const auto& fiber : fibers_) {
      if (fiber->state == Fiber::State::ready) ready.push_back(fiber.get());
      if (fiber->state == Fiber::State::blocked) earliest = std::min(earliest, fiber->deadline);
    }
    if (!ready.empty()) return *ready[random_() % ready.size()];
    if (earliest == kForever || (main_waits_for_idle_ && earliest > horizon_)) {
      if (!main_waits_for_idle_)
        escaped_ = std::make_exception_ptr(std::logic_error("every thread waits for ever"));
      if (main_waits_for_idle_ && horizon_ != kForever) now_ = std::max(now_, horizon_);
      fibers_[0]->state = Fiber::State::ready;
      return *fibers_[0];
    }
    now_ = std::max(now_, earliest);
    for (const auto& fiber : fibers_) {
      if (fiber->state != Fiber::State::blocked || fiber->deadline != earliest) continue;
      fiber->state = Fiber::State::ready;
      fiber->timed_out = true;
    }
  }
}

void BatonEnv::pass_baton() { switch_to(pick_next()); }

void BatonEnv::point() {
  if (!cancelling_) pass_baton();
}

bool BatonEnv::block(TimeNs deadline, const void* on) {
  if (cancelling_) return false;
  Fiber& self = *running_;
  self.state = Fiber::State::blocked;
  self.deadline = deadline;
  self.waits_on = on;
  self.timed_out = false;
  pass_baton();
  self.waits_on = nullptr;
  self.deadline = kForever;
  return !self.timed_out;
}

void BatonEnv::wake(const void* on) {
  for (const auto& fiber : fibers_)
    if (fiber->state == Fiber::State::blocked && fiber->waits_on == on)
      fiber->state = Fiber::State::ready;
}

void BatonEnv::run(TimeNs until) {
  horizon_ = until;
  main_waits_for_idle_ = true;
  block(kForever, nullptr);
  main_waits_for_idle_ = false;
}

void BatonEnv::cancel_all() {
  cancelling_ = true;
  for (std::size_t i = 1; i < fibers_.size(); ++i)
    if (fibers_[i]->state != Fiber::State::done) switch_to(*fibers_[i]);
}

int BatonEnv::live_threads() const {
  return static_cast<int>(std::count_if(fibers_.begin() + 1, fibers_.end(), [](const auto& fiber) {
    return fiber->state != Fiber::State::done;
  }));
}

// Time, objects, choices -------------------------------------------------------------------------

TimeNs BatonEnv::draw(Window window) {
  const auto span = static_cast<std::uint64_t>(window.latest - window.earliest);
  return window.earliest + (span == 0 ? 0 : static_cast<TimeNs>(random_() % (span + 1)));
}

void BatonEnv::sleep(Window window, std::string_view /*why*/) {
  block(now_ + draw(window), nullptr);
}

void BatonEnv::after(Window window, const Step& what, Job job) {
  after_unless(
      window, what, [] { return false; }, std::move(job));
}

void BatonEnv::after_unless(Window window, const Step& what, std::function<bool()> obsolete,
                            Job job) {
  const TimeNs deadline = now_ + draw(window);
  spawn("timer",
        [this, deadline, actor = std::string(what.actor), verb = std::string(what.verb),
         detail = std::string(what.detail), obsolete = std::move(obsolete), job = std::move(job)] {
          if (deadline > now_) block(deadline, nullptr);
          point();
          if (obsolete()) return;
          note({actor, verb, detail});
          job();
        });
}

TimerId BatonEnv::start_timer(Window window, Job job) {
  const TimerId id = ++last_timer_;
  timers_.insert(id);
  spawn("timer", [this, id, deadline = now_ + draw(window), job = std::move(job)] {
    if (deadline > now_) block(deadline, timer_of(id));
    if (timers_.erase(id) > 0) job();
  });
  return id;
}

void BatonEnv::stop_timer(TimerId timer) {
  if (timers_.erase(timer) > 0) wake(timer_of(timer));
}

std::unique_ptr<Mailbox> BatonEnv::make_mailbox(std::string_view /*name*/) {
  return std::make_unique<BatonMailbox>(*this);
}

std::unique_ptr<SharedFlag> BatonEnv::make_flag(std::string_view /*name*/, int initial) {
  return std::make_unique<BatonFlag>(*this, initial);
}

unsigned BatonEnv::choose(std::string_view /*label*/, unsigned n) {
  return n <= 1 ? 0 : static_cast<unsigned>(random_() % n);
}

void BatonEnv::step(const Step& what) {
  point();
  note(what);
}

void BatonEnv::reads(std::span<const Memory> memory) {
  for (const Memory& part : memory) memory_read_.push_back({part, seen_.size()});
}

void BatonEnv::note(const Step& fact) {
  seen_.push_back({now_, running_->name, std::string(fact.actor), std::string(fact.verb),
                   std::string(fact.detail)});
}

void BatonEnv::unmodelled(std::string_view what) { throw Unmodelled(std::string(what)); }

// Network ----------------------------------------------------------------------------------------

void BatonEnv::send_datagram(Address from, Address to, const Bytes& payload) {
  point();
  datagrams_.push_back({from, to, payload});
  if (const auto it = handlers_.find(key_of(to)); it != handlers_.end()) it->second(from, payload);
}

void BatonEnv::on_datagram(Address at, std::function<void(Address, const Bytes&)> handler) {
  handlers_[key_of(at)] = std::move(handler);
}

void BatonEnv::refuse_datagrams(Address to, int times) { refusals_[key_of(to)] = times; }

bool BatonEnv::take_refusal(Address to) {
  const auto it = refusals_.find(key_of(to));
  if (it == refusals_.end() || it->second == 0) return false;
  if (it->second > 0) --it->second;
  return true;
}

// The record -------------------------------------------------------------------------------------

bool BatonEnv::matches(const Seen& fact, std::string_view actor, std::string_view verb,
                       std::string_view detail) {
  return (actor.empty() || fact.actor == actor) && (verb.empty() || fact.verb == verb) &&
         fact.detail.find(detail) != std::string::npos;
}

int BatonEnv::index_of(std::string_view actor, std::string_view verb,
                       std::string_view detail) const {
  for (std::size_t i = 0; i < seen_.size(); ++i)
    if (matches(seen_[i], actor, verb, detail)) return static_cast<int>(i);
  return -1;
}

int BatonEnv::last_index_of(std::string_view actor, std::string_view verb,
                            std::string_view detail) const {
  for (std::size_t i = seen_.size(); i > 0; --i)
    if (matches(seen_[i - 1], actor, verb, detail)) return static_cast<int>(i - 1);
  return -1;
}

int BatonEnv::count(std::string_view actor, std::string_view verb, std::string_view detail) const {
  return static_cast<int>(std::count_if(seen_.begin(), seen_.end(), [&](const Seen& fact) {
    return matches(fact, actor, verb, detail);
  }));
}

std::string BatonEnv::text() const {
  std::string out;
  for (const Seen& fact : seen_)
    out += fmt::format("{:10.6f}  {:<14} {:<8} {} {}\n", static_cast<double>(fact.time) / kSecond,
                       fact.thread, fact.actor, fact.verb, fact.detail);
  return out;
}

}  // namespace onhook::fakes::testing
