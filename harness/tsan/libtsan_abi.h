// SPDX-License-Identifier: GPL-3.0-or-later
// What libtsan offers (GCC 12: libtsan.so.2), for which no header is installed. See
// compiler-rt/include/sanitizer/tsan_interface.h and lib/tsan/rtl/tsan_debugging.cpp of LLVM.
#pragma once

extern "C" {

// Fibers. A switch with the flag orders nothing.
inline constexpr unsigned kTsanSwitchWithoutSync = 1;
void* __tsan_get_current_fiber();
void* __tsan_create_fiber(unsigned flags);
void __tsan_switch_to_fiber(void* fiber, unsigned flags);
void __tsan_set_fiber_name(void* fiber, const char* name);

// What one thread does before release() comes before what another does after acquire().
void __tsan_acquire(void* object);
void __tsan_release(void* object);

// Accesses by the code at `pc`.
void __tsan_read1_pc(void* address, void* pc);
void __tsan_write8_pc(void* address, void* pc);
void __tsan_read_range_pc(void* address, unsigned long bytes, void* pc);
void __tsan_write_range_pc(void* address, unsigned long bytes, void* pc);

// Of the report that __tsan_on_report() is called with, before it returns.
int __tsan_get_report_data(void* report, const char** description, int* count, int* stacks,
                           int* accesses, int* locations, int* mutexes, int* threads,
                           int* unique_threads, void** sleep, unsigned long sleep_frames);
int __tsan_get_report_mop(void* report, unsigned long index, int* thread, void** address,
                          int* bytes, int* write, int* atomic, void** frames,
                          unsigned long most_frames);
int __tsan_get_report_thread(void* report, unsigned long index, int* thread, unsigned long* os_id,
                             int* running, const char** name, int* parent, void** frames,
                             unsigned long most_frames);

void __sanitizer_set_report_fd(void* fd);

// Called by libtsan; ours.
__attribute__((visibility("default"))) const char* __tsan_default_options();
__attribute__((visibility("default"))) void __tsan_on_report(void* report);

}  // extern "C"
