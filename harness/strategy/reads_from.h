// SPDX-License-Identifier: GPL-3.0-or-later
// Who reads whose write: the abstraction of an execution that reads-from fuzzing works with (Wolff,
// Shi, Duck, Mathur and Roychoudhury: "Greybox fuzzing for concurrency testing", ASPLOS 2024).
//
// A site is an instruction (where none is known, the function and the kind of operation) and the
// object that it meets. A lock reads what the lock before it wrote, and so does everything else
// that changes an object in a way that depends on its state. Sites are numbered as they turn up, so
// the numbers depend on the executions before and on nothing else.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "harness/sched/chooser.h"
#include "harness/sched/thread.h"

namespace onhook {

using SiteId = std::uint32_t;
/// The value that an object has before anybody writes it. Not the site of any operation.
inline constexpr SiteId kInitial = 0;

/// `read` saw what `write` wrote; the two meet at one object.
struct ReadsFrom {
  SiteId read = kInitial;
  SiteId write = kInitial;
  friend auto operator<=>(const ReadsFrom&, const ReadsFrom&) = default;
};

class Sites {
 public:
  struct Site {
    std::uint32_t object = 0;  ///< number of the object, from 0
    bool reads = false;
    bool writes = false;
    bool is_lock = false;
    /// Which thread did it: Thread::key of the first that was about to.
    std::uint64_t thread = 0;
    bool several_threads = false;
  };

  Sites() : sites_(1), guarded_(1) {}

  /// Of what the thread is about to do; kInitial for what neither reads nor writes an object (the
  /// start, the end and the join of threads among it: nobody has a choice there).
  SiteId of_pending(const Thread& thread);

  const Site& operator[](SiteId site) const { return sites_[site]; }
  /// One more than the highest number.
  std::size_t count() const { return sites_.size(); }
  std::size_t objects() const { return objects_.size(); }
  /// The sites at one object.
  const std::vector<SiteId>& at(std::uint32_t object) const { return at_[object]; }

  /// The memory sites that were met inside the critical section that a lock's site begins. Who is
  /// to be held back from them has to be held back from the lock, or nobody else gets in.
  const std::vector<SiteId>& guarded_by(SiteId lock) const { return guarded_[lock]; }
  void add_guarded(SiteId lock, SiteId site);

  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.sites_, self.guarded_, self.numbers_, self.objects_, self.at_);
  }

 private:
  struct Key {
    std::uintptr_t where;
    ObjectId object;
    OpKind kind;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };

  std::vector<Site> sites_;
  std::vector<std::vector<SiteId>> guarded_;  ///< by lock's site
  std::unordered_map<Key, SiteId, Hash> numbers_;
  std::unordered_map<ObjectId, std::uint32_t> objects_;
  std::vector<std::vector<SiteId>> at_;  ///< by object
};

/// What one execution did so far.
class ReadsFromTrace {
 public:
  void restart();
  /// Right before it happens.
  void on_step(const Sites& sites, SiteId site);
  /// Who wrote the object last.
  SiteId last_write(std::uint32_t object) const {
    return object < last_writes_.size() ? last_writes_[object] : kInitial;
  }
  /// All pairs so far, each once, ascending.
  const std::vector<ReadsFrom>& pairs();

 private:
  std::vector<SiteId> last_writes_;  ///< by object
  std::vector<ReadsFrom> pairs_;
  std::size_t sorted_ = 0;
};

}  // namespace onhook
