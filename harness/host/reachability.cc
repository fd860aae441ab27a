// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/reachability.h"

#include <elf.h>
#include <link.h>

#include <algorithm>

#include "harness/host/field_watch.h"

namespace onhook {
namespace {

template <class T>
MemorySpan span_of(const T& object) {
  const auto begin = reinterpret_cast<std::uintptr_t>(&object);
  return {begin, begin + sizeof object};
}

template <class T>
std::uintptr_t storage_of(const std::vector<T>& vector) {
  return reinterpret_cast<std::uintptr_t>(vector.data());
}

/// The writable parts of one loaded object.
int add_variables(dl_phdr_info* info, std::size_t, void* data) {
  auto& spans = *static_cast<std::vector<MemorySpan>*>(data);
  MemorySpan sealed;  // written by the dynamic linker only
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& p = info->dlpi_phdr[i];
    const std::uintptr_t begin = info->dlpi_addr + p.p_vaddr;
    if (p.p_type == PT_GNU_RELRO) sealed = {begin, begin + p.p_memsz};
    if (p.p_type == PT_TLS && info->dlpi_tls_data != nullptr) {
      const auto block = reinterpret_cast<std::uintptr_t>(info->dlpi_tls_data);
      spans.push_back({block, block + p.p_memsz});
    }
  }
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& p = info->dlpi_phdr[i];
    if (p.p_type != PT_LOAD || (p.p_flags & PF_W) == 0) continue;
    MemorySpan span{info->dlpi_addr + p.p_vaddr, info->dlpi_addr + p.p_vaddr + p.p_memsz};
    if (sealed.begin <= span.begin && span.begin < sealed.end) span.begin = sealed.end;
    if (span.begin < span.end) spans.push_back(span);
  }
  return 0;
}

}  // namespace

std::vector<MemorySpan> Reachability::roots() const {
  if (data_.empty()) ::dl_iterate_phdr(add_variables, &data_);
  std::vector<MemorySpan> spans = data_;
  for (std::size_t i = 0; i < scheduler_.thread_count(); ++i) {
    const Thread& thread = scheduler_.thread(static_cast<ThreadId>(i));
    spans.push_back(span_of(thread.exit_value));
    // What is left when a thread has ended: the first one's, which outlive main() as in a process,
    // and those of the fakes' threads, which run no destructors.
    for (const Thread::Specific& specific : thread.specifics) {
      spans.push_back(span_of(specific.value));
    }
    if (thread.finished) continue;
    spans.push_back(span_of(thread.body));
    const auto top = reinterpret_cast<std::uintptr_t>(thread.stack) + thread.stack_bytes;
    const auto stands = reinterpret_cast<std::uintptr_t>(thread.context);
    if (stands - reinterpret_cast<std::uintptr_t>(thread.stack) < thread.stack_bytes) {
      spans.push_back({stands, top});
    }
  }
  return spans;
}

std::vector<std::uintptr_t> Reachability::notes() const {
  std::vector<std::uintptr_t> blocks;
  for (std::size_t i = 0; i < scheduler_.thread_count(); ++i) {
    const Thread& thread = scheduler_.thread(static_cast<ThreadId>(i));
    blocks.push_back(reinterpret_cast<std::uintptr_t>(&thread));
    blocks.push_back(storage_of(thread.held));
    blocks.push_back(storage_of(thread.specifics));
  }
  blocks.push_back(reinterpret_cast<std::uintptr_t>(FieldWatch::get()));
  std::ranges::sort(blocks);
  return blocks;
}

}  // namespace onhook
