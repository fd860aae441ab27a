// SPDX-License-Identifier: GPL-3.0-or-later
// How many schedules each strategy needs until it first finds the bug of a program: the mean over
// several seeds. Each scenario is run in a process of its own; every result is appended to a file
// at once, so that a table that was interrupted goes on where it stopped, and one whose executable
// has not changed is printed again at no cost. See scripts/bug-table.
//
// usage: bug_table [--markdown] RESULTS SEEDS LIMIT STRATEGIES [TARGET=]SCENARIO...
//   STRATEGIES is a list of chains with blanks between; "default" is the default chain.
//   --markdown: as a table of a README.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/text_file.h"
#include "harness/explore/chain.h"
#include "harness/explore/execution.h"
#include "harness/host/process_image.h"
#include "harness/host/subject.h"
#include "harness/scenario/compiler.h"

namespace {

using namespace onhook;

constexpr std::uint64_t kNotFound = 0;

/// The best mean that is published for a program of the kind (issue and README name the papers).
const std::map<std::string, double> kPublished = {
    {"reorder", 5.8},       {"twostage", 56},    {"bluetooth", 9},       {"stringbuffer", 8.5},
    {"work_stealing", 6.0}, {"quicksort", 27.1}, {"safestack", 370'000},
};

struct Question {
  std::string scenario;
  std::string strategy;
  std::uint64_t seed;
  std::uint64_t limit;
  friend auto operator<=>(const Question&, const Question&) = default;
};

/// The number of the first execution that broke a law, kNotFound when none did.
using Answers = std::map<Question, std::uint64_t>;

struct Bench {
  CompiledScenario scenario;
  std::unique_ptr<TestSubject> subject;
  std::unique_ptr<World> world;
  std::unique_ptr<Executor> executor;
};

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "bug_table: %s\n", why.c_str());
  ::_exit(2);
}

Bench open_bench(const std::string& name) {
  const std::size_t at = name.find('=');
  const std::string path = at == std::string::npos ? name : name.substr(at + 1);
  Bench bench;
  CompileResult compiled = load_scenario(path);
  if (!compiled.scenario) fail(path + " does not compile");
  bench.scenario = std::move(*compiled.scenario);
  TargetResult target;
  if (at != std::string::npos) {
    target = resolve_target(name.substr(0, at));
    if (!target.target) fail(target.error);
  }
  SubjectResult subject = make_subject(bench.scenario, target.target ? &*target.target : nullptr);
  if (auto* error = std::get_if<std::string>(&subject)) fail(*error);
  bench.subject = std::move(std::get<std::unique_ptr<TestSubject>>(subject));
  WorldSpec spec = bench.subject->world_spec();
  spec.settles = bench.scenario.settles;
  bench.world = std::make_unique<World>(std::move(spec));
  const Ending ending = bench.world->prepare();
  if (ending.end != End::none) fail("the set-up failed: " + ending.why);
  bench.executor = std::make_unique<Executor>(*bench.world, bench.scenario);
  return bench;
}

/// Over all orders of the scenario, as the explorer goes through them, but only `limit` executions
/// of each. Executions that an order excludes half-way count, too.
std::uint64_t first_bug(Bench& bench, const Question& q) {
  std::uint64_t executions = 0;
  const std::string chain_text = q.strategy == "default" ? "" : q.strategy;
  ChainResult chain = parse_chain(chain_text, q.seed);
  if (!chain.error.empty()) fail(chain.error);
  for (const OrderCase& order : bench.scenario.orders) {
    bench.executor->set_order(order);
    std::uint64_t of_this_order = 0;
    for (const auto& strategy : chain.make()) {
      strategy->begin_order(bench.executor->setting().order, nullptr);
      while (of_this_order < q.limit) {
        Chooser* plan = strategy->next();
        if (plan == nullptr) break;
        const Outcome outcome = bench.executor->run(*plan);
        if (outcome.harness_fault) fail("not modelled: " + outcome.ending.why);
        ++of_this_order;
        ++executions;
        // Who is not let go on for long enough loops for ever: that is no bug of the program's.
        const bool found = outcome.violation && outcome.violation->law != "endless loop";
        if (found) return executions;
        strategy->finished({outcome.ending.end != End::order_blocked && outcome.reached, false});
      }
      if (strategy->complete()) break;
    }
  }
  return kNotFound;
}

std::string identity_of(const std::string& path) {
  const auto read = read_text_file(path);
  if (const auto* error = std::get_if<Diagnostic>(&read)) fail(to_text(*error));
  return sha256_of(std::get<std::string>(read)).substr(0, 16);
}

/// The first line names the executable that the results are of; those of another are dropped.
Answers read_answers(const std::string& path, const std::string& identity) {
  Answers answers;
  std::ifstream in(path);
  std::string line;
  if (!std::getline(in, line) || line != identity) {
    std::ofstream(path) << identity << '\n';
    return answers;
  }
  Question q;
  std::uint64_t found = 0;
  while (in >> q.scenario >> q.strategy >> q.seed >> q.limit >> found) answers[q] = found;
  return answers;
}

/// In a process of its own: one world a process.
void answer_all(const std::string& scenario, const std::vector<Question>& open,
                const std::string& results) {
  if (open.empty()) return;
  const pid_t child = ::fork();
  if (child == 0) {
    Bench bench = open_bench(scenario);
    for (const Question& q : open) {
      const std::uint64_t found = first_bug(bench, q);
      std::ofstream(results, std::ios::app)
          << fmt::format("{} {} {} {} {}\n", q.scenario, q.strategy, q.seed, q.limit, found);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail(scenario + ": not measured");
}

struct Cell {
  double sum = 0;
  std::uint64_t found = 0;
  std::uint64_t missed = 0;
  std::uint64_t most = 0;
};

std::string text_of(const Cell& cell) {
  std::string text =
      cell.found == 0 ? "-" : fmt::format("{:.1f}", cell.sum / static_cast<double>(cell.found));
  if (cell.missed > 0) text += fmt::format(" ({} missed)", cell.missed);
  return text;
}

Cell cell_of(const std::string& scenario, const std::string& strategy, const Answers& answers) {
  Cell cell;
  for (const auto& [question, found] : answers) {
    if (question.scenario != scenario || question.strategy != strategy) continue;
    found == kNotFound ? ++cell.missed : ++cell.found;
    cell.sum += static_cast<double>(found);
    cell.most = std::max(cell.most, found);
  }
  return cell;
}

std::string published_for(const std::string& name) {
  const auto published = kPublished.find(name);
  return published == kPublished.end() ? "" : fmt::format("{}", published->second);
}

void print_table(const std::vector<std::string>& scenarios,
                 const std::vector<std::string>& strategies, const Answers& answers) {
  fmt::print("{:16}{:>10}", "program", "published");
  for (const std::string& s : strategies) fmt::print("{:>22}", s);
  fmt::print("\n");
  for (const std::string& scenario : scenarios) {
    const std::string name = std::filesystem::path(scenario).stem();
    fmt::print("{:16}{:>10}", name, published_for(name));
    for (const std::string& strategy : strategies) {
      fmt::print("{:>22}", text_of(cell_of(scenario, strategy, answers)));
    }
    fmt::print("\n");
  }
}

/// The first strategy also with its worst seed.
void print_markdown(const std::vector<std::string>& scenarios,
                    const std::vector<std::string>& strategies, const Answers& answers) {
  fmt::print("| program | published | {} | worst seed |", strategies.front());
  for (std::size_t i = 1; i < strategies.size(); ++i) fmt::print(" {} |", strategies[i]);
  fmt::print("\n|---|---|---|---|");
  for (std::size_t i = 1; i < strategies.size(); ++i) fmt::print("---|");
  fmt::print("\n");
  for (const std::string& scenario : scenarios) {
    const std::string name = std::filesystem::path(scenario).stem();
    const Cell first = cell_of(scenario, strategies.front(), answers);
    fmt::print("| {} | {} | {} | {} |", name, published_for(name), text_of(first), first.most);
    for (std::size_t i = 1; i < strategies.size(); ++i) {
      fmt::print(" {} |", text_of(cell_of(scenario, strategies[i], answers)));
    }
    fmt::print("\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  fix_process_image(argv);
  const bool markdown = argc > 1 && std::string_view(argv[1]) == "--markdown";
  if (markdown) {
    ++argv;
    --argc;
  }
  if (argc < 6) {
    fail("usage: bug_table [--markdown] RESULTS SEEDS LIMIT STRATEGIES [TARGET=]SCENARIO...");
  }
  const std::string results = argv[1];
  const std::uint64_t seeds = std::strtoull(argv[2], nullptr, 10);
  const std::uint64_t limit = std::strtoull(argv[3], nullptr, 10);
  std::vector<std::string> strategies;
  std::istringstream words(argv[4]);
  for (std::string word; words >> word;) strategies.push_back(word);
  const std::vector<std::string> scenarios(argv + 5, argv + argc);
  const std::string identity = identity_of("/proc/self/exe");
  const Answers known = read_answers(results, identity);
  std::vector<Question> asked;
  for (const std::string& scenario : scenarios) {
    std::vector<Question> open;
    for (const std::string& strategy : strategies) {
      for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        asked.push_back({scenario, strategy, seed, limit});
        if (!known.contains(asked.back())) open.push_back(asked.back());
      }
    }
    answer_all(scenario, open, results);
  }
  Answers answers = read_answers(results, identity);
  std::erase_if(answers,
                [&](const auto& a) { return std::ranges::find(asked, a.first) == asked.end(); });
  (markdown ? print_markdown : print_table)(scenarios, strategies, answers);
  std::fflush(stdout);
  ::_exit(0);
}
