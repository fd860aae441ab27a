// SPDX-License-Identifier: GPL-3.0-or-later
// The same process image everywhere: a run must not depend on where, when and by whom it is
// started.
#pragma once

namespace onhook {

/// Starts this executable again, once, with address randomisation off, a fixed stack limit, the C
/// locale, UTC and GLib's allocator that calls malloc for every block (its other one keeps blocks
/// in thread-private caches, which no snapshot could restore). Returns when that is so already, or
/// when the kernel refuses (then addresses of shared objects differ between runs; the world's own
/// do not). Call it first in main().
void fix_process_image(char** argv);

}  // namespace onhook
