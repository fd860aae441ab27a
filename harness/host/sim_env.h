// SPDX-License-Identifier: GPL-3.0-or-later
// fakes/env.h on the scheduler and the virtual kernel: how the fakes live in the world.
#pragma once

#include "fakes/env.h"
#include "harness/kernel/kernel.h"
#include "harness/sched/scheduler.h"

namespace onhook {

class SimEnv : public fakes::Env {
 public:
  explicit SimEnv(Kernel& kernel);

  fakes::TimeNs now() const override;
  void sleep(fakes::Window window, std::string_view why) override;
  void spawn(std::string_view name, fakes::Job body, std::string_view role) override;
  void after(fakes::Window window, const fakes::Step& step, fakes::Job job) override;
  /// The time passes unannounced; the step is announced when it is due and still makes sense.
  void after_unless(fakes::Window window, const fakes::Step& step, std::function<bool()> obsolete,
                    fakes::Job job) override;
  fakes::TimerId start_timer(fakes::Window window, fakes::Job job) override;
  void stop_timer(fakes::TimerId timer) override;
  std::unique_ptr<fakes::Mailbox> make_mailbox(std::string_view name) override;
  std::unique_ptr<fakes::SharedFlag> make_flag(std::string_view name, int initial) override;
  unsigned choose(std::string_view label, unsigned n) override;
  std::uint64_t random() override;
  void step(const fakes::Step& step) override;
  void await_turn(const fakes::Step& step) override;
  void note(const fakes::Step& fact) override;
  void reads(std::span<const fakes::Memory> memory) override;
  [[noreturn]] void unmodelled(std::string_view what) override;
  void name_next_thread(std::string_view name) override;
  std::vector<fakes::Address> sockets_of(std::string_view lane) const override;
  std::vector<fakes::Address> listeners_of(std::string_view lane) const override;
  void send_datagram(fakes::Address from, fakes::Address to, const fakes::Bytes& payload) override;
  void on_datagram(fakes::Address at,
                   std::function<void(fakes::Address, const fakes::Bytes&)> handler) override;
  void intercept_datagrams(Interceptor interceptor) override;
  void intercept_segments(Interceptor interceptor) override;
  void refuse_datagrams(fakes::Address to, int times) override;

 private:
  Kernel& kernel_;
};

}  // namespace onhook
