// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/likeness.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/base/text_file.h"
#include "harness/cli/budget.h"
#include "harness/cli/command.h"
#include "harness/cli/output_only.h"
#include "harness/cli/sofia_traces.h"
#include "harness/report/known_differences.h"
#include "harness/report/ladder.h"
#include "harness/report/text.h"
#include "harness/report/trace_file.h"
#include "harness/scenario/compiler.h"
#include "harness/scenario/events_seen.h"

namespace onhook::cli {
namespace {

constexpr const char* kHelp =
    "Compares traces of a real stack (scripts/e2e leaves them as JSON lines) with the simulation:\n"
    "what clients, SIP peers and the plugin's threads saw must be what they see in some execution\n"
    "of the same order of events. A trace that is not is shown as a ladder up to where it leaves\n"
    "all executions; what executions show that no trace does is listed.\n\n"
    "Exit code 0: each trace is among the executions. 1: one is not. 4: one cannot be compared,\n"
    "because it lacks the scenario's events or has an order that the scenario does not ask for.\n\n"
    "Without traces, --sip sofia plays the scenario on the real libsofia-sip-ua first; with "
    "traces\n"
    "they are compared with executions on that instead of the fake nua.\n\n"
    "  onhook likeness scenarios/hangup/client_keeps_pc.scn build/e2e/1.4.1.jsonl\n"
    "  onhook likeness scenarios/hangup/client_keeps_pc.scn --sip sofia --target newest";

constexpr std::uint64_t kDefaultExecutions = 10'000;
constexpr const char* kDefaultTarget = "stable";
constexpr std::size_t kMostUnseen = 20;
constexpr int kNotComparable = 4;

struct LikenessOptions {
  std::string scenario;
  std::vector<std::string> traces;
  std::string target;
  std::string known;
  std::string sip;  ///< "sofia": makes the traces, or is what they are held against
  std::uint64_t sip_executions = 100;  ///< on that stack
  std::string strategy;
  std::uint64_t seed = 1;
  std::vector<std::string> budgets;
};

struct RealTrace {
  std::string file;
  ObservedTrace observed;
  EventsSeen events;
  std::vector<Seen> seen;  ///< in the fakes' words
};

/// The traces, or what is wrong with one.
std::variant<std::vector<RealTrace>, Diagnostic> read_traces(const LikenessOptions& options,
                                                             const CompiledScenario& scenario) {
  std::vector<RealTrace> traces;
  for (const std::string& file : options.traces) {
    const auto text = read_text_file(file);
    if (const auto* error = std::get_if<Diagnostic>(&text)) return *error;
    auto read = parse_trace_lines(std::get<std::string>(text), file);
    if (const auto* error = std::get_if<Diagnostic>(&read)) return *error;
    RealTrace trace{file, std::get<ObservedTrace>(std::move(read)), {}, {}};
    if (trace.observed.hash != scenario.hash) {
      return complaint(file, fmt::format("it is not of {} as that is now, but of another '{}'",
                                         options.scenario, trace.observed.scenario));
    }
    trace.events = events_seen(scenario, trace.observed.trace, trace.observed.race_begins);
    traces.push_back(std::move(trace));
  }
  return traces;
}

/// Why it cannot be compared; "" when it can.
std::string why_not(const RealTrace& trace, const CompiledScenario& scenario) {
  if (!trace.events.missing.empty()) {
    return fmt::format("never seen: {}", scenario.events[trace.events.missing.front()].text);
  }
  const auto obeyed = [&](const OrderCase& order) { return trace.events.obeys(order); };
  if (std::ranges::none_of(scenario.orders, obeyed)) {
    return fmt::format("the scenario does not ask for its order {}", trace.events.text(scenario));
  }
  return "";
}

class Comparison {
 public:
  /// `simulated` is null where the executions are the fakes' own, else what is known of the real
  /// stack that they ran on: both sides are put into the fakes' words.
  Comparison(const CompiledScenario& scenario, const RunResult& result, KnownDifferences known,
             KnownDifferences* simulated, Console& console)
      : scenario_(scenario), result_(result), known_(std::move(known)), console_(console) {
    for (const OrderResult& order : result.orders) {
      views_.push_back(order.views);
      for (ViewCount& one : views_.back())
        one.view = simulated != nullptr ? simulated->real(one.view) : known_.fake(one.view);
    }
  }

  int compare(std::vector<RealTrace> traces) {
    for (RealTrace& trace : traces)
      trace.seen = known_.real(seen_from_outside(trace.observed.trace, trace.observed.race_begins));
    print_heading(traces.size());
    int code = 0;
    for (const RealTrace& trace : traces) code = std::max(code, compare(trace));
    print_unseen(traces);
    console_.out << known_.unused_report() << std::flush;
    return code;
  }

 private:
  std::string extent() const {
    return fmt::format("{} executions ({})", with_thousands(result_.executions),
                       result_.complete ? "complete" : "bounded: " + result_.bound);
  }

  void print_heading(std::size_t traces) {
    std::set<OutsideView> different;
    for (const auto& of_order : views_)
      for (const ViewCount& one : of_order) different.insert(one.view);
    console_.out << fmt::format(
        "{} on {}: {} of the real stack, compared with {}, which look in {} "
        "ways from outside\n",
        result_.scenario, result_.target,
        traces == 1 ? "one trace" : fmt::format("{} traces", traces), extent(), different.size());
  }

  int compare(const RealTrace& trace) {
    if (const std::string reason = why_not(trace, scenario_); !reason.empty()) {
      console_.out << fmt::format("{}: not comparable, {}\n", trace.file, reason);
      return kNotComparable;
    }
    std::vector<ViewCount> allowed;
    for (std::size_t i = 0; i < scenario_.orders.size(); ++i)
      if (trace.events.obeys(scenario_.orders[i]))
        allowed.insert(allowed.end(), views_[i].begin(), views_[i].end());
    const Likeness likeness = likeness_of(trace.seen, allowed);
    const std::string order =
        trace.events.order.empty() ? "" : ", order " + trace.events.text(scenario_);
    if (!likeness.divergence) {
      console_.out << fmt::format("{}: as {} of them{}\n", trace.file,
                                  with_thousands(likeness.executions), order);
      return 0;
    }
    console_.out << fmt::format(
        "{}: {}{}\n\n", trace.file,
        result_.complete ? "not possible in the simulation" : "not found in the simulation", order);
    print(trace, *likeness.divergence);
    return 1;
  }

  void print(const RealTrace& trace, const Divergence& divergence) {
    LadderOptions ladder;
    ladder.style = console_.style;
    console_.out << ladder_of(trace.observed.trace, divergence.fact, ladder) << '\n';
    const auto shown = [](const std::string& words) {
      return words.empty() ? "nothing more" : words;
    };
    console_.out << fmt::format("real      {}: {}\n", divergence.observer, shown(divergence.saw));
    if (divergence.instead.empty()) console_.out << "simulated no execution in this order\n";
    for (const std::string& words : divergence.instead)
      console_.out << fmt::format("simulated {}: {}\n", divergence.observer, shown(words));
    console_.out << '\n';
  }

  void print_unseen(const std::vector<RealTrace>& traces) {
    std::vector<ViewCount> all;
    for (const auto& of_order : views_) all.insert(all.end(), of_order.begin(), of_order.end());
    std::vector<OutsideView> real;
    for (const RealTrace& trace : traces) real.push_back(view_of(trace.seen));
    const std::vector<Unseen> unseen = never_seen(all, real);
    if (unseen.empty()) return;
    console_.out << "simulated, and in no trace of the real stack:\n";
    for (std::size_t i = 0; i < unseen.size() && i < kMostUnseen; ++i)
      console_.out << fmt::format("{:>10}  {}\n", with_thousands(unseen[i].executions),
                                  unseen[i].text);
    if (unseen.size() > kMostUnseen)
      console_.out << fmt::format("            and {} other ways\n", unseen.size() - kMostUnseen);
  }

  const CompiledScenario& scenario_;
  const RunResult& result_;
  KnownDifferences known_;
  Console& console_;
  std::vector<std::vector<ViewCount>> views_;  ///< of each order
};

/// The one target that the traces are of, or none.
std::string target_of(const std::vector<RealTrace>& traces, const std::string& wanted,
                      const TargetAliases& aliases, std::string& error) {
  const std::string target = wanted.empty() ? traces.front().observed.target : wanted;
  for (const RealTrace& trace : traces) {
    if (without_alias(trace.observed.target, aliases) == without_alias(target, aliases)) continue;
    error = fmt::format("{} is of '{}', not of '{}'", trace.file, trace.observed.target, target);
  }
  if (target.empty()) error = "the traces do not say of which target they are";
  return target;
}

int file_error(const Diagnostic& error, Console& console) {
  console.err << to_text(error);
  return kUsageError;
}

int likeness(LikenessOptions options, const Engine& engine, Console& console) {
  const bool are_given = !options.traces.empty();
  if (!are_given && options.sip.empty())
    return usage_error(console, "traces are missing, or --sip sofia to make them");
  CellRequest cell;
  cell.scenario_path = options.scenario;
  cell.strategy = options.strategy;
  cell.seed = options.seed;
  cell.views = true;
  cell.judges = "none";  // an execution that one of them ends shows less than the real stack
  if (const int wrong = read_budgets(options.budgets, kDefaultExecutions, cell, console))
    return wrong;
  const CompileResult compiled = load_scenario(options.scenario);
  for (const Diagnostic& d : compiled.diagnostics) console.err << to_text(d);
  if (!compiled.scenario) return kUsageError;
  SofiaTraces made;
  if (are_given) {
    cell.sip = options.sip;
  } else {
    CellRequest real = cell;
    real.target = options.target.empty() ? kDefaultTarget : options.target;
    real.max_executions = options.sip_executions;
    if (const std::string unbuilt = engine.prepare_target(real.target); !unbuilt.empty())
      return usage_error(console, "there is no target '" + real.target + "'", unbuilt);
    if (const int wrong = made.play(std::move(real), engine, console)) return wrong;
    options.traces = made.files();
  }
  auto read = read_traces(options, *compiled.scenario);
  if (const auto* error = std::get_if<Diagnostic>(&read)) return file_error(*error, console);
  auto& traces = std::get<std::vector<RealTrace>>(read);
  std::vector<KnownDifference> known;
  if (!options.known.empty()) {
    auto differences = read_known_differences(options.known);
    if (const auto* error = std::get_if<Diagnostic>(&differences))
      return file_error(*error, console);
    known = std::get<std::vector<KnownDifference>>(std::move(differences));
  }
  std::string error;
  cell.target = target_of(traces, options.target, engine.aliases(), error);
  if (!error.empty()) return usage_error(console, error);
  if (const std::string unbuilt = engine.prepare_target(cell.target); !unbuilt.empty())
    return usage_error(console, "there is no target '" + cell.target + "'", unbuilt);

  OutputOnly observer(console);
  console.out.flush();
  console.err.flush();
  const CampaignResult campaign = run_campaign({cell}, engine.run_cell, {}, observer);
  if (campaign.end == CampaignEnd::interrupted) return kInterrupted;
  const RunResult& result = campaign.results.front();
  if (!result.fault.empty() || is_not_set_up(result) ||
      result.orders.size() != compiled.scenario->orders.size()) {
    console.err << fmt::format(
        "onhook: nothing to compare with: {}\n",
        result.fault.empty() ? "the simulation did not come to the race" : result.fault);
    return kHarnessFault;
  }
  const std::string& name = compiled.scenario->name;
  KnownDifferences of_sofia(known, name, result.target, "sofia");
  return Comparison(*compiled.scenario, result,
                    {known, name, result.target, are_given ? "server" : "sofia"},
                    cell.sip.empty() ? nullptr : &of_sofia, console)
      .compare(std::move(traces));
}

}  // namespace

Verb add_likeness(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("likeness", kHelp);
  auto options = std::make_shared<LikenessOptions>();
  verb->add_option("SCENARIO", options->scenario, "the scenario (.scn) that was played")
      ->required();
  verb->add_option("TRACE", options->traces, "what was seen (.jsonl)");
  verb->add_option("--sip", options->sip,
                   "make the traces: play the scenario on the real libsofia-sip-ua, with the same "
                   "strategy, seed and bound of time; with traces: what they are compared with")
      ->check(CLI::IsMember({"sofia"}));
  verb->add_option("--sip-executions", options->sip_executions, "on that stack, at most")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_option("-t,--target", options->target,
                   "the plugin. Default: what the traces are of; of --sip, stable");
  verb->add_option("--known", options->known,
                   "differences that are known, each with its reason, a file like "
                   "ci/known_differences.json; those that fit nothing are named");
  verb->add_option("--strategy", options->strategy, "as in 'onhook run'");
  verb->add_option("--seed", options->seed, "where random choices come from")
      ->capture_default_str();
  verb->add_option("--budget", options->budgets,
                   "executions=N or seconds=N; both: whichever ends first. Default: "
                   "executions=10000");
  return {verb, [options](const Engine& engine, Console& console) {
            return likeness(*options, engine, console);
          }};
}

}  // namespace onhook::cli
