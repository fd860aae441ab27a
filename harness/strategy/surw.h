// SPDX-License-Identifier: GPL-3.0-or-later
// Selectively uniform random walk (Zhao, Wolff, Mathur and Roychoudhury: "Selectively uniform
// concurrency testing", ASPLOS 2025). Some operations are interesting; which thread does the next
// interesting one is drawn in proportion to how many of them each thread has left, so that every
// order of the interesting ones is as likely as any other. The others are chosen uniformly.
//
// What is left of a thread is estimated from earlier executions (threads by Thread::key); what its
// children will do counts for the thread that has still to make them. Every second execution
// takes all operations for interesting, the others those on one object, drawn among the objects
// that several threads met and at least one changed.
#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "harness/strategy/sampling.h"

namespace onhook {

class SurwStrategy : public SamplingStrategy<SurwStrategy> {
 public:
  /// Estimates are means over this many first executions; later ones no longer change them.
  static constexpr std::uint64_t kProfiled = 32;

  /// Whoever is intended may be waiting, in a loop, for one that is held back: after so many
  /// choices without an interesting operation nobody is held back for one.
  static constexpr std::uint32_t kPatience = 200;

  explicit SurwStrategy(std::uint64_t seed) : SamplingStrategy(seed) {}

  std::string_view name() const override { return "surw"; }
  Chooser* next() override;
  std::string bound() const override { return "selectively uniform random walk"; }
  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.execution_, self.profiles_, self.shared_, self.running_, self.done_);
  }

 private:
  /// What earlier executions showed of one thread.
  struct Profile {
    std::uint64_t parent = 0;
    std::uint64_t executions = 0;
    std::uint64_t operations = 0;  ///< of all these executions together
    std::map<ObjectId, std::uint64_t> on_object;

    template <class Self, class Archive>
    static void archive(Self& self, Archive& a) {
      a(self.parent, self.executions, self.operations, self.on_object);
    }
  };
  /// A thread of this execution.
  struct Running {
    std::uint64_t key = 0;
    std::uint64_t parent = 0;
    std::uint64_t own = 0;       ///< interesting operations that it has left
    std::uint64_t children = 0;  ///< those of threads that it has still to make
    bool known = false;
    bool exited = false;
  };
  struct Done {
    ThreadId thread;
    ObjectId object;
    Access access;
  };

  std::size_t choose_thread(const ChoicePoint& point) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override;

  void learn();
  void draw_selection();
  std::uint64_t estimate(const Profile& profile) const;
  std::uint64_t estimate_with_children(std::uint64_t key) const;
  Running& running(const Thread& thread, ThreadId maker);
  bool interesting(const Operation& op) const;
  void draw_intended();

  std::map<std::uint64_t, Profile> profiles_;  ///< by Thread::key
  std::map<ObjectId, std::uint64_t> shared_;   ///< objects worth a selection

  ObjectId selected_ = kNoObject;                             ///< kNoObject: everything
  std::unordered_map<std::uint64_t, std::uint64_t> subtree_;  ///< estimates by key
  std::vector<Running> running_;                              ///< by thread number
  ThreadId intended_ = kNoThread;
  std::uint32_t waited_ = 0;  ///< choices since the last interesting operation
  std::vector<Done> done_;
  std::vector<std::size_t> allowed_;
};

}  // namespace onhook
