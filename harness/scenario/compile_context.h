// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of the compiler share: the names of the file, the scenario that grows, and the
// door for errors. Internal to the compiler: compiler.cc owns the order of the passes, and each
// compile_*.cc holds one.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/scenario/ast.h"
#include "harness/scenario/compiled.h"
#include "harness/scenario/names.h"

namespace onhook {

class CompileContext {
 public:
  CompileContext(std::string file, std::vector<std::string> sources)
      : file_(std::move(file)), sources_(std::move(sources)) {}

  void error(const Span& at, std::string message, std::string suggestion = "");
  bool failed() const { return !diagnostics_.empty(); }
  std::vector<Diagnostic>& diagnostics() { return diagnostics_; }

  /// Takes over the parser's diagnostics. Names that a broken line seems to declare are not
  /// reported as unknown later: one mistake, one message.
  void add_syntax_errors(std::vector<Diagnostic> errors);
  bool had_syntax_errors() const { return had_syntax_errors_; }

  // Names ----------------------------------------------------------------------------------------
  struct KnownSubject {
    Subject subject;
    /// names::kBrowser, kSipPeer, kThread or kCore; 0: declared wrongly, so nothing follows from
    /// it.
    names::SubjectSet set = 0;
    int line = 0;
  };
  /// Reports a name that is taken; else remembers it.
  void declare(KnownSubject subject, const Span& at);
  /// Reports a name that is unknown or belongs to none of `wanted`. nullptr: already reported.
  const KnownSubject* find(const ast::Word& name, names::SubjectSet wanted);

  /// True if a line that did not parse may have declared `name`.
  bool may_be_declared(std::string_view name) const;

  CompiledScenario out;

 private:
  std::string file_;
  std::vector<std::string> sources_;
  std::vector<Diagnostic> diagnostics_;
  std::vector<KnownSubject> subjects_;
  std::set<std::string, std::less<>> perhaps_declared_;
  bool had_syntax_errors_ = false;
};

/// "a browser", "an actor", "an actor or a thread".
std::string_view to_string(names::SubjectSet set);

// The passes. They need the declarations of actors and threads, and run in this order.
void compile_datagrams(CompileContext& context, const ast::Scenario& scenario);
void compile_acts(CompileContext& context, const ast::Scenario& scenario);
void compile_orders(CompileContext& context, const ast::Scenario& scenario);
void compile_laws(CompileContext& context, const ast::Scenario& scenario);

// Objects and attributes, for acts, events and observables
// -----------------------------------------
/// Reports an object that is missing, not wanted or no word of its kind.
void check_object(CompileContext& context, const names::Verb& verb,
                  const std::optional<ast::Word>& object, const Span& verb_at);
/// Reports text that is no word of `kind`. Returns whether it is.
bool check_word(CompileContext& context, names::ObjectKind kind, std::string_view text,
                const Span& at);
/// Appends the ", "-separated pieces of `text`, which is how a fact's detail holds them.
void add_attributes(std::vector<std::string>& attributes, std::string_view text);
/// Reports an attribute that facts of this verb never have.
void check_attribute(CompileContext& context, std::string_view verb, std::string_view key,
                     std::string_view value, const Span& at);

}  // namespace onhook
