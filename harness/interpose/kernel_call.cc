// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/interpose/kernel_call.h"

#include "harness/base/check.h"
#include "harness/kernel/socket.h"
#include "harness/sched/watcher.h"

namespace onhook {

namespace {

Kernel& kernel_of_the_world() {
  Kernel* kernel = current_kernel();
  if (kernel == nullptr) onhook_unmodelled("a system call in a world without a kernel");
  return *kernel;
}

}  // namespace

KernelCall::KernelCall(const void* return_address, const char* name)
    : scheduler(*current_scheduler()),
      kernel(kernel_of_the_world()),
      site(return_address),
      caller{scheduler.current().id, site.pc(), name} {}

void KernelCall::announce(std::vector<ObjectId> objects, OpKind kind, Access access) {
  Operation op;
  op.kind = kind;
  op.access = access;
  op.object = objects.front();
  op.more = std::span(objects).subspan(1);
  scheduler.perform(op);
}

Wake KernelCall::sleep(std::vector<ObjectId> objects, bool (*woken)(void*), void* context,
                       TimeNs timeout_ns, OpKind kind, Access access) {
  Operation op;
  op.kind = kind;
  op.access = access;
  op.object = objects.empty() ? kNoObject : objects.front();
  if (!objects.empty()) op.more = std::span(objects).subspan(1);
  op.ready = woken;
  op.context = context;
  if (timeout_ns != kForever) op.timer = {timeout_ns, timeout_ns};
  return scheduler.perform(op);
}

ObjectId KernelCall::object_at(int fd) {
  const Description* description = descriptors().peek(fd);
  return description != nullptr ? description->id() : descriptors().id();
}

void KernelCall::announce_use(int fd, const char* name) {
  refuse_terminal(fd, name);
  announce({object_at(fd)});
}

void refuse_terminal(int fd, const char* name) {
  if (is_terminal(fd)) unmodelled_call((std::string(name) + " of the terminal").c_str(), fd);
}

void unmodelled_call(const char* name, long detail) {
  onhook_unmodelled((std::string(name) + "(" + std::to_string(detail) + ")").c_str());
}

SysResult read_from(KernelCall& call, Description& description, std::span<const iovec> buffers) {
  Patience patience = description.is_blocking() ? Patience{} : Patience::none();
  if (const Socket* socket = description.as_socket(); socket != nullptr && patience.may_sleep()) {
    patience.timeout_ns = socket->options().receive_timeout_ns();
  }
  const SysResult result =
      call.retry(description, kReadable, patience, [&] { return description.read(buffers); });
  // The end of a stream, too, is news from whoever closed it.
  if (result >= 0) tell_flow(description.id(), Flow::takes);
  return result;
}

SysResult write_to(KernelCall& call, Description& description, std::span<const iovec> buffers) {
  const Patience patience = description.is_blocking() ? Patience{} : Patience::none();
  if (!patience.may_sleep() || total_length(buffers) == 0) {
    const SysResult result = description.write(buffers);
    if (result > 0) tell_flow(description.id(), Flow::gives);
    return result;
  }
  // A blocking write returns when all is written, however often it has to wait for room.
  const Bytes bytes = gather(buffers);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const iovec rest{const_cast<std::uint8_t*>(bytes.data()) + done, bytes.size() - done};
    const SysResult result = call.retry(description, kWritable, patience, [&] {
      return description.write({&rest, 1});
    });
    if (result > 0) tell_flow(description.id(), Flow::gives);
    if (result <= 0) return done > 0 ? static_cast<SysResult>(done) : result;
    done += static_cast<std::size_t>(result);
  }
  return static_cast<SysResult>(done);
}

}  // namespace onhook
