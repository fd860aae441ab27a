// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iterator>

#include "harness/base/check.h"
#include "harness/base/text_file.h"
#include "harness/scenario/compile_context.h"
#include "harness/scenario/laws/laws.h"
#include "harness/scenario/lexer.h"
#include "harness/scenario/parse_line.h"
#include "harness/scenario/parser.h"

namespace onhook {
namespace {

void declare_actors(CompileContext& context, const ast::Scenario& scenario) {
  for (const ast::Actor& actor : scenario.actors) {
    CompileContext::KnownSubject known{
        {SubjectKind::actor, actor.name.text, "", "", 0}, 0, actor.name.at.line};
    std::vector<std::string_view> kinds;
    for (const names::ActorKindName& kind : names::actor_kinds()) {
      kinds.push_back(kind.word);
      if (kind.word != actor.kind.text) continue;
      known.set = names::subject_of(kind.kind);
      context.out.script.actors.push_back({actor.name.text, kind.kind});
    }
    if (known.set == 0) {
      std::string suggestion = did_you_mean(actor.kind.text, kinds);
      if (suggestion.empty()) suggestion = fmt::format("the kinds are {}", list_of(kinds));
      context.error(actor.kind.at, fmt::format("'{}' is no kind of actor", actor.kind.text),
                    std::move(suggestion));
    }
    context.declare(std::move(known), actor.name.at);
  }
}

void compile_disturbances(CompileContext& context, const ast::Sip& sip) {
  const auto known = names::disturbances();
  for (const ast::Sip::Disturbance& wanted : sip.disturbances) {
    if (context.out.script.sip == fakes::SipStack::fake) {
      return context.error(wanted.kind.at, "the fake nua repeats nothing that is lost",
                           "write 'sip sofia with ...'");
    }
    const auto kind = std::ranges::find(known, wanted.kind.text, &names::DisturbanceName::word);
    if (kind == known.end()) {
      std::vector<std::string_view> words;
      for (const names::DisturbanceName& name : known) words.push_back(name.word);
      std::string suggestion = did_you_mean(wanted.kind.text, words);
      if (suggestion.empty()) suggestion = fmt::format("it does {}", list_of(words));
      context.error(wanted.kind.at, fmt::format("the network does no '{}'", wanted.kind.text),
                    std::move(suggestion));
      continue;
    }
    const std::string& digits = wanted.most.text;
    unsigned& most = context.out.script.disturbance.*(kind->most);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), most);
    if (error != std::errc() || end != digits.data() + digits.size() || most == 0 || most > 9) {
      context.error(wanted.most.at, "a number from 1 to 9");
    }
  }
}

void compile_sip(CompileContext& context, const ast::Scenario& scenario) {
  for (const ast::Sip& sip : scenario.sip) {
    if (&sip != &scenario.sip.front()) {
      context.error(sip.stack.at, "a scenario has one SIP stack; this is the second",
                    fmt::format("the first is on line {}", scenario.sip.front().stack.at.line));
    }
    std::vector<std::string_view> words;
    for (const names::SipStackName& name : names::sip_stacks()) words.push_back(name.word);
    const auto stacks = names::sip_stacks();
    const auto known = std::ranges::find(stacks, sip.stack.text, &names::SipStackName::word);
    if (known != stacks.end()) {
      context.out.script.sip = known->stack;
      compile_disturbances(context, sip);
      continue;
    }
    std::string suggestion = did_you_mean(sip.stack.text, words);
    if (suggestion.empty()) suggestion = fmt::format("the stacks are {}", list_of(words));
    context.error(sip.stack.at, fmt::format("'{}' is no SIP stack", sip.stack.text),
                  std::move(suggestion));
  }
}

void declare_threads(CompileContext& context, const ast::Scenario& scenario) {
  for (const ast::Thread& thread : scenario.threads) {
    const std::string account = thread.account ? thread.account->text : "";
    if (thread.account) context.find(*thread.account, names::kBrowser);
    unsigned number = 0;
    if (thread.number) {
      const std::string& digits = thread.number->text;
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (error != std::errc() || number == 0) {
        context.error(thread.number->at, "threads are numbered from 1");
      }
    }
    context.out.threads.push_back({thread.name.text, thread.entry_function.text, account, number});
    context.declare(
        {{SubjectKind::thread_role, thread.name.text, thread.entry_function.text, account, number},
         names::kThread,
         thread.name.at.line},
        thread.name.at);
  }
}

void compile_options(CompileContext& context, const ast::Given& given, const names::Given& row,
                     fakes::GivenSpec& spec) {
  for (const ast::Word& option : given.options) {
    if (std::find(row.options.begin(), row.options.end(), option.text) == row.options.end()) {
      std::string suggestion = did_you_mean(option.text, row.options);
      if (suggestion.empty() && !row.options.empty()) {
        suggestion = fmt::format("the options are {}", list_of(row.options));
      }
      context.error(option.at, fmt::format("'{}' has no option '{}'", row.kind, option.text),
                    std::move(suggestion));
    }
    spec.options.push_back(option.text);
  }
}

void compile_given(CompileContext& context, const ast::Given& given) {
  std::vector<std::string_view> kinds;
  for (const names::Given& row : names::givens()) {
    kinds.push_back(row.kind);
    if (row.kind != given.kind.text) continue;
    const bool from_to = row.form == names::Given::Form::from_to;
    fakes::GivenSpec spec{given.kind.text, given.from.text, given.to ? given.to->text : "", {}};
    context.find(given.from, from_to ? names::kBrowser | names::kSipPeer : names::kBrowser);
    if (given.to) context.find(*given.to, names::kBrowser | names::kSipPeer);
    if (from_to && !given.to) {
      context.error(given.from.at, fmt::format("'{}' needs two actors", row.kind),
                    fmt::format("write 'given {} {} -> ...'", row.kind, given.from.text));
    } else if (!from_to && given.to) {
      context.error(given.to->at, fmt::format("'{}' is about one actor", row.kind));
    } else if (given.to && spec.from == spec.to) {
      context.error(given.to->at, "an actor cannot call itself");
    }
    compile_options(context, given, row, spec);
    context.out.script.given.push_back(std::move(spec));
    return;
  }
  std::string suggestion = did_you_mean(given.kind.text, kinds);
  if (suggestion.empty()) suggestion = fmt::format("the states are {}", list_of(kinds));
  context.error(given.kind.at, fmt::format("'{}' is no state to begin with", given.kind.text),
                std::move(suggestion));
}

void compile_without(CompileContext& context, const ast::Without& without) {
  std::vector<std::string_view> known;
  for (const names::GeneralLaw& law : names::general_laws()) known.push_back(law.name);
  if (std::find(known.begin(), known.end(), without.law.text) == known.end()) {
    context.error(without.law.at, fmt::format("there is no general law '{}'", without.law.text),
                  did_you_mean(without.law.text, known));
  }
  for (const Without& earlier : context.out.without) {
    if (earlier.law != without.law.text) continue;
    context.error(without.law.at, fmt::format("'{}' is left out twice", without.law.text));
  }
  if (without.reason.text.empty()) {
    context.error(without.reason.at, "a law that is left out needs a reason");
  }
  context.out.without.push_back({without.law.text, without.reason.text});
}

void compile_judged(CompileContext& context, const ast::Judged& judged) {
  std::vector<std::string_view> known;
  for (const names::GeneralLaw& law : names::general_laws()) {
    if (std::ranges::find(laws::kinds(), law.name, &laws::LawKind::name) == laws::kinds().end()) {
      known.push_back(law.name);
    }
  }
  const std::string& law = judged.law.text;
  if (std::ranges::find(known, law) == known.end()) {
    std::string suggestion = did_you_mean(law, known);
    if (suggestion.empty()) suggestion = fmt::format("the judged laws are {}", list_of(known));
    context.error(judged.law.at, fmt::format("no judge looks for '{}'", law),
                  std::move(suggestion));
  }
  if (std::ranges::find(context.out.judged_by, law) != context.out.judged_by.end()) {
    context.error(judged.law.at, fmt::format("'{}' is judged already", law));
  }
  context.out.judged_by.push_back(law);
}

void compile_program(CompileContext& context, const ast::Scenario& scenario) {
  if (scenario.programs.empty()) return;
  const ast::Program& program = scenario.programs.front();
  if (scenario.programs.size() > 1) {
    context.error(scenario.programs[1].at, "a scenario has one program; this is the second",
                  fmt::format("the first is on line {}", program.at.line));
  }
  const auto no_place_for = [&context](const Span& at, std::string_view what) {
    context.error(at, fmt::format("a program has no {}", what),
                  "a scenario is about the plugin or about a C program");
  };
  for (const ast::Actor& actor : scenario.actors) no_place_for(actor.name.at, "actors");
  for (const ast::Sip& sip : scenario.sip) no_place_for(sip.stack.at, "SIP stack");
  for (const ast::Given& given : scenario.given) no_place_for(given.kind.at, "'given' lines");
  for (const ast::Datagram& datagram : scenario.datagrams)
    no_place_for(datagram.name.at, "datagrams");
  const std::filesystem::path path = program.file.text;
  const bool leaves =
      std::any_of(path.begin(), path.end(), [](const auto& p) { return p == ".."; });
  if (path.extension() != ".c" || path.is_absolute() || leaves) {
    context.error(program.file.at, "a program is one C file",
                  "its path begins at the folder of this file and ends in '.c'");
  }
  ProgramSubject subject{program.file.text, {}, {}};
  for (const ast::Word& word : program.words) {
    const bool define = word.text.starts_with("-D");
    if (define && !subject.args.empty()) {
      context.error(word.at, "defines stand before the program's arguments");
    } else if (define && word.text.size() == 2) {
      context.error(word.at, "this define has no name", "write '-DNAME' or '-DNAME=VALUE'");
    }
    (define ? subject.defines : subject.args).push_back(word.text);
  }
  context.out.program = std::move(subject);
}

/// None of the general laws that read the trace is left.
bool is_without_all(const ast::Scenario& scenario) {
  return std::ranges::all_of(laws::kinds(), [&](const laws::LawKind& kind) {
    return std::ranges::any_of(scenario.without,
                               [&](const ast::Without& w) { return w.law.text == kind.name; });
  });
}

void check_complete(CompileContext& context, const ast::Scenario& scenario) {
  const bool program = !scenario.programs.empty();
  for (std::size_t i = 1; i < scenario.settles.size(); ++i) {
    context.error(scenario.settles[i].at, "a scenario settles once",
                  fmt::format("line {} has said when", scenario.settles[0].at.line));
  }
  if (!scenario.settles.empty() && scenario.settles[0].within == 0) {
    context.error(scenario.settles[0].at, "nothing settles in no time");
  }
  if (context.had_syntax_errors() || !scenario.name) return;
  const auto missing = [&](bool is_missing, std::string_view what, std::string suggestion) {
    if (!is_missing) return;
    context.error(scenario.name->at,
                  fmt::format("the scenario '{}' has {}", scenario.name->text, what),
                  std::move(suggestion));
  };
  if (program) return;
  missing(scenario.actors.empty(), "no actor", "add 'actor alice browser', or 'program FILE.c'");
  missing(scenario.events.empty(), "no event",
          "without one nobody can tell whether the race took place: add "
          "'event hangup alice requests hangup'");
  missing(scenario.laws.empty() && is_without_all(scenario), "no law",
          "add an 'always', a 'never' or a 'finally' line");
  missing(scenario.settles.empty(), "no 'settles' line",
          "say when all must be over: 'settles within 35s'");
}

void check_header(CompileContext& context, const std::vector<Line>& lines,
                  const ast::Scenario& scenario) {
  if (context.had_syntax_errors()) return;
  if (lines.empty()) {
    return context.error({0, 0, 1}, "the file holds no scenario", "begin with 'scenario NAME'");
  }
  if (scenario.name && lines.front().number == scenario.name->at.line) return;
  const std::vector<Token>& tokens = lines.front().tokens;
  context.error(join(tokens.front().at, tokens[tokens.size() - 2].at),
                "a file begins with its 'scenario' line",
                scenario.name ? fmt::format("move line {} to the top", scenario.name->at.line)
                              : std::string("begin with 'scenario NAME'"));
}

}  // namespace

CompileResult compile_scenario(std::string_view text, std::string path) {
  LexResult lexed = lex(text, path);
  CompileContext context(path, std::move(lexed.sources));
  context.add_syntax_errors(std::move(lexed.diagnostics));
  ParseResult parsed = parse(lexed.lines, path);
  context.add_syntax_errors(std::move(parsed.diagnostics));

  const ast::Scenario& scenario = parsed.scenario;
  check_header(context, lexed.lines, scenario);
  declare_actors(context, scenario);
  declare_threads(context, scenario);
  compile_sip(context, scenario);
  for (const ast::Given& given : scenario.given) compile_given(context, given);
  compile_datagrams(context, scenario);
  compile_acts(context, scenario);
  compile_orders(context, scenario);
  compile_laws(context, scenario);
  for (const ast::Without& without : scenario.without) compile_without(context, without);
  for (const ast::Judged& judged : scenario.judged) compile_judged(context, judged);
  compile_program(context, scenario);
  check_complete(context, scenario);

  CompileResult result;
  if (context.failed()) {
    result.diagnostics = std::move(context.diagnostics());
    std::stable_sort(result.diagnostics.begin(), result.diagnostics.end(),
                     [](const Diagnostic& a, const Diagnostic& b) {
                       return std::pair(a.line, a.column) < std::pair(b.line, b.column);
                     });
    return result;
  }
  ONHOOK_CHECK(scenario.name.has_value(), "a scenario without a name compiled");
  CompiledScenario& out = context.out;
  out.name = scenario.name->text;
  out.summary = scenario.summary;
  out.see = scenario.see;
  out.path = std::move(path);
  out.hash = canonical_hash(lexed.lines);
  if (!scenario.settles.empty()) out.settles = scenario.settles[0].within;
  result.scenario = std::move(out);
  return result;
}

CompileResult load_scenario(const std::string& path) {
  auto read = read_text_file(path);
  if (auto* unreadable = std::get_if<Diagnostic>(&read)) return {{}, {std::move(*unreadable)}};
  CompileResult result = compile_scenario(std::get<std::string>(read), path);
  if (!result.scenario || !result.scenario->program) return result;
  const std::string& c_file = result.scenario->program->c_file;
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::path(path).parent_path() / c_file, ignored)) {
    return result;
  }
  result.scenario.reset();
  const LexResult lexed = lex(std::get<std::string>(read), path);
  for (const Line& line : lexed.lines) {
    if (line.tokens[0].text != "program") continue;
    const Span& at = line.tokens[1].at;
    result.diagnostics.push_back({path, at.line, at.column, at.width, line.source,
                                  fmt::format("there is no file '{}' beside this one", c_file),
                                  ""});
  }
  return result;
}

}  // namespace onhook
