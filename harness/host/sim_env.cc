// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/sim_env.h"

#include <deque>

#include "fakes/core/event_reads.h"
#include "fakes/counted.h"
#include "harness/base/strings.h"
#include "harness/host/library_call.h"
#include "harness/host/randomness.h"
#include "harness/host/thread_label.h"
#include "harness/kernel/tcp_socket.h"
#include "harness/kernel/udp_socket.h"
#include "harness/sched/watcher.h"

namespace onhook {
namespace {

StringId interned(std::string_view text) {
  HarnessScope harness;  // the table of strings outlives every world
  return intern(text);
}

Operation operation(OpKind kind, Access access, const void* object) {
  Operation op;
  op.kind = kind;
  op.access = access;
  op.object = reinterpret_cast<ObjectId>(object);
  return op;
}

Operation announce(const fakes::Step& step) {
  Operation op;
  op.kind = OpKind::announce;
  op.actor = interned(step.actor);
  op.verb = interned(step.verb);
  op.detail = interned(step.detail);
  return op;
}

class SimMailbox : public fakes::Mailbox {
 public:
  void post(fakes::Job job) override {
    current_scheduler()->perform(operation(OpKind::queue_push, Access::write, this));
    tell_flow(this, Flow::gives);
    jobs_.push_back(std::move(job));
  }

  std::optional<fakes::Job> take(fakes::TimeNs timeout) override {
    Operation op = operation(OpKind::queue_pop, Access::write, this);
    op.ready = [](void* self) { return !static_cast<SimMailbox*>(self)->jobs_.empty(); };
    op.context = this;
    if (timeout != fakes::kForever) op.timer = {timeout, timeout};
    if (current_scheduler()->perform(op) == Wake::timeout) return std::nullopt;
    tell_flow(this, Flow::takes);
    fakes::Job job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
  }

  bool empty() const override { return jobs_.empty(); }

 private:
  std::deque<fakes::Job> jobs_;
};

class SimFlag : public fakes::SharedFlag {
 public:
  explicit SimFlag(int initial) : value_(initial) {}

  int load() override {
    current_scheduler()->perform(operation(OpKind::atomic_load, Access::read, this));
    tell_flow(this, Flow::takes);
    return value_;
  }
  void store(int value) override {
    current_scheduler()->perform(operation(OpKind::atomic_store, Access::write, this));
    tell_flow(this, Flow::gives);
    value_ = value;
  }
  bool compare_exchange(int expected, int desired) override {
    current_scheduler()->perform(operation(OpKind::atomic_rmw, Access::write, this));
    tell_flow(this, Flow::takes);
    if (value_ != expected) return false;
    tell_flow(this, Flow::gives);
    value_ = desired;
    return true;
  }

 private:
  int value_;
};

NetAddress net_address(fakes::Address a) { return {IpAddress::v4(a.ip), a.port}; }

fakes::Address fake_address(const NetAddress& a) {
  return {a.ip.is_v4() ? a.ip.to_v4() : 0, a.port};
}

}  // namespace

SimEnv::SimEnv(Kernel& kernel) : kernel_(kernel) {
  fakes::g_on_reference_given_up = [](const void* object) { tell_flow(object, Flow::gives); };
  fakes::g_on_last_reference = [](const void* object) { tell_flow(object, Flow::takes); };
}

fakes::TimeNs SimEnv::now() const { return current_scheduler()->clock().read(); }

void SimEnv::sleep(fakes::Window window, std::string_view) {
  Operation op;
  op.kind = OpKind::sleep;
  op.timer = {window.earliest, window.latest};
  current_scheduler()->perform(op);
}

void SimEnv::spawn(std::string_view name, fakes::Job body, std::string_view role) {
  current_scheduler()->spawn(std::string(name), std::string(role), std::move(body)).daemon = true;
}

void SimEnv::after(fakes::Window window, const fakes::Step& step, fakes::Job job) {
  Operation op = announce(step);
  op.timer = {window.earliest, window.latest};
  const std::string_view lane = step.actor.empty() ? "timer" : step.actor;
  current_scheduler()->spawn_at(std::string(lane), op, std::move(job)).daemon = true;
}

void SimEnv::after_unless(fakes::Window window, const fakes::Step& step,
                          std::function<bool()> obsolete, fakes::Job job) {
  if (window.latest == 0)
    return after(window, step, [obsolete = std::move(obsolete), job = std::move(job)] {
      if (!obsolete()) job();
    });
  Operation wait;
  wait.kind = OpKind::sleep;
  wait.timer = {window.earliest, window.latest};
  const std::string_view lane = step.actor.empty() ? "timer" : step.actor;
  current_scheduler()
      ->spawn_at(
          std::string(lane), wait,
          [announcement = announce(step), obsolete = std::move(obsolete), job = std::move(job)] {
            if (obsolete()) return;
            current_scheduler()->perform(announcement);
            if (!obsolete()) job();
          })
      .daemon = true;
}

fakes::TimerId SimEnv::start_timer(fakes::Window window, fakes::Job job) {
  Operation wait;
  wait.kind = OpKind::sleep;
  wait.timer = {window.earliest, window.latest};
  Thread& thread = current_scheduler()->spawn_at("timer", wait, std::move(job));
  thread.daemon = true;
  return thread.id + 1u;
}

void SimEnv::stop_timer(fakes::TimerId timer) {
  if (timer != 0) current_scheduler()->call_off(static_cast<ThreadId>(timer - 1));
}

std::unique_ptr<fakes::Mailbox> SimEnv::make_mailbox(std::string_view) {
  return std::make_unique<SimMailbox>();
}

std::unique_ptr<fakes::SharedFlag> SimEnv::make_flag(std::string_view, int initial) {
  return std::make_unique<SimFlag>(initial);
}

unsigned SimEnv::choose(std::string_view label, unsigned n) {
  return current_scheduler()->choose(label, n);
}

std::uint64_t SimEnv::random() { return world_prng().next(); }

void SimEnv::step(const fakes::Step& step) { current_scheduler()->perform(announce(step)); }

void SimEnv::await_turn(const fakes::Step& step) {
  Operation op = announce(step);
  op.told_later = true;
  if (current_scheduler()->is_awaited(op)) current_scheduler()->perform(op);
}

void SimEnv::note(const fakes::Step& fact) {
  current_scheduler()->note(interned(fact.actor), interned(fact.verb), interned(fact.detail));
}

void SimEnv::reads(std::span<const fakes::Memory> memory) {
  static_assert(fakes::EventReads::kMost <= LibraryCall::kMost);
  LibraryCall call(__builtin_return_address(0));
  for (const fakes::Memory& part : memory) call.reads(part.address, part.bytes);
  call.happens();
}

void SimEnv::name_next_thread(std::string_view name) { next_thread_label().name = name; }

namespace {

/// Where sockets of one kind are, of those that threads of the lane have opened.
template <class Kind>
std::vector<fakes::Address> addresses_of(const DescriptorTable& descriptors, std::string_view lane,
                                         bool (*counts)(const Kind&)) {
  std::vector<fakes::Address> found;
  for (int fd = kFirstDescriptor; descriptors.slot(fd) != nullptr; ++fd) {
    const auto* socket = dynamic_cast<const Kind*>(descriptors.peek(fd));
    if (socket == nullptr || !counts(*socket)) continue;
    if (current_scheduler()->thread(descriptors.slot(fd)->opener.thread).name == lane) {
      found.push_back(fake_address(socket->local()));
    }
  }
  return found;
}

}  // namespace

std::vector<fakes::Address> SimEnv::sockets_of(std::string_view lane) const {
  return addresses_of<UdpSocket>(kernel_.descriptors(), lane, [](const auto&) { return true; });
}

std::vector<fakes::Address> SimEnv::listeners_of(std::string_view lane) const {
  return addresses_of<TcpSocket>(kernel_.descriptors(), lane,
                                 [](const auto& socket) { return socket.is_listening(); });
}

void SimEnv::unmodelled(std::string_view what) {
  current_scheduler()->end_from_inside(End::unmodelled, what);
}

void SimEnv::send_datagram(fakes::Address from, fakes::Address to, const fakes::Bytes& payload) {
  Network& network = kernel_.network();
  Operation op;
  op.kind = OpKind::io;
  op.access = Access::write;
  op.object = network.receiver_of(net_address(from), net_address(to));
  current_scheduler()->perform(op);
  tell_flow(op.object, Flow::gives);
  network.inject(net_address(from), net_address(to), payload);
}

void SimEnv::on_datagram(fakes::Address at,
                         std::function<void(fakes::Address, const fakes::Bytes&)> handler) {
  kernel_.network().on_datagram(
      net_address(at), [handler = std::move(handler)](const NetAddress& from, const auto& payload) {
        handler(fake_address(from), payload);
      });
}

namespace {

Network::Interceptor with_fake_addresses(fakes::Env::Interceptor interceptor) {
  return [interceptor = std::move(interceptor)](const NetAddress& from, const NetAddress& to,
                                                const Bytes& payload, const auto& arrives) {
    return interceptor(fake_address(from), fake_address(to), payload, arrives);
  };
}

}  // namespace

void SimEnv::intercept_datagrams(Interceptor interceptor) {
  kernel_.network().intercept(with_fake_addresses(std::move(interceptor)));
}

void SimEnv::intercept_segments(Interceptor interceptor) {
  kernel_.tcp().intercept(with_fake_addresses(std::move(interceptor)));
}

void SimEnv::refuse_datagrams(fakes::Address to, int times) {
  kernel_.network().refuse(net_address(to), times);
}

}  // namespace onhook
