// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/forced_scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/scenario/compiler.h"
#include "harness/scenario/names.h"

namespace onhook {
namespace {

constexpr std::string_view kLicence = "# SPDX-License-Identifier: GPL-3.0-or-later\n";

std::string as_name(std::string_view text) {
  std::string name;
  for (char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    name += letter || digit ? c : '_';
  }
  return name;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// The `n`th word of a line, from 0, and where what follows it begins.
std::pair<std::string_view, std::string_view> word_of(std::string_view line, std::size_t n) {
  constexpr std::string_view kBlanks = " \t\r";
  std::string_view word;
  for (std::size_t i = 0; i <= n; ++i) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    word = line.substr(0, line.find_first_of(kBlanks));
    line.remove_prefix(word.size());
  }
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  return {word, line};
}

std::string program_text(const CompiledScenario& base) {
  std::string words;
  for (const auto* list : {&base.program->defines, &base.program->args}) {
    for (const std::string& word : *list) words += ' ' + word;
  }
  return fmt::format("{}scenario {}\nprogram {}{}{}\n", kLicence, as_name(base.name),
                     base.program->c_file, words.empty() ? "" : " with", words);
}

const ThreadRole* declared(const ForcedEvent& event, const CompiledScenario& base) {
  for (const ThreadRole& role : base.threads) {
    if (role.entry_function == event.role && role.number == event.number && role.account.empty()) {
      return &role;
    }
  }
  return nullptr;
}

/// The name of the thread, declared or to be declared.
std::string thread_name(const ForcedEvent& event, const CompiledScenario& base) {
  if (const ThreadRole* role = declared(event, base)) return role->name;
  std::string name = event.role;
  if (event.number != 0) name += fmt::format("_{}", event.number);
  const auto taken = [&](const std::string& candidate) {
    return names::is_reserved(candidate) ||
           std::ranges::count(base.threads, candidate, &ThreadRole::name) > 0 ||
           std::ranges::count(base.script.actors, candidate, &fakes::ActorSpec::name) > 0;
  };
  while (taken(name)) name += "_thread";
  return name;
}

std::string subject_of(const ForcedEvent& event, const CompiledScenario& base) {
  return event.actor.empty() ? thread_name(event, base) : event.actor;
}

std::size_t times_told(const CompiledScenario& scenario, const EventPattern& event) {
  const std::string object = event.attributes.empty() ? "" : event.attributes.front();
  return static_cast<std::size_t>(
      std::ranges::count_if(scenario.script.instructions, [&](const fakes::Instruction& i) {
        return i.actor == event.subject.name && i.verb == event.verb && i.object == object;
      }));
}

class Writer {
 public:
  Writer(std::string_view text, const CompiledScenario& base, const ForcedOrders& orders,
         const std::vector<std::string>& comment)
      : base_(base), orders_(orders), comment_(comment) {
    lines_ = lines_of(text.empty() ? program_text(base) : std::string(text));
  }

  std::string write() {
    const CompileResult without = compile_scenario(text_with({}), base_.path);
    if (!without.scenario) return text_with({});
    std::vector<std::string> instructions;
    for (const std::string& line : lines_) {
      if (word_of(line, 0).first != "event") continue;
      const auto [name, what] = word_of(line, 1);
      const auto event = std::ranges::find(base_.events, name, &EventPattern::name);
      if (event == base_.events.end() || event->subject.kind != SubjectKind::actor) continue;
      if (times_told(*without.scenario, *event) < times_told(base_, *event)) {
        instructions.emplace_back(what);
      }
    }
    return text_with(instructions);
  }

 private:
  std::string text_with(const std::vector<std::string>& instructions) const {
    std::string text;
    bool commented = false;
    bool written = false;
    for (const std::string& line : lines_) {
      const std::string_view first = word_of(line, 0).first;
      if (first == "event" || first == "order") {
        // In the place of the first of them.
        if (!std::exchange(written, true)) text += events_and_orders(instructions);
      } else if (!commented && first == "scenario") {
        for (const std::string& c : comment_) text += fmt::format("# {}\n", c);
        commented = true;
        text += fmt::format("scenario {}_generalised{}\n", word_of(line, 1).first, rest_of(line));
      } else if (!first.empty() || !text.ends_with("\n\n")) {
        text += line + '\n';
      }
    }
    if (!written) text += events_and_orders(instructions);
    return text;
  }

  std::string events_and_orders(const std::vector<std::string>& instructions) const {
    std::string text;
    for (const std::string& line : instructions) text += line + '\n';
    std::vector<std::string> declared_now;
    for (const ForcedEvent& event : orders_.events) {
      if (!event.actor.empty() || declared(event, base_) != nullptr) continue;
      std::string number = event.number == 0 ? "" : fmt::format(" number {}", event.number);
      std::string line =
          fmt::format("thread {} {}{}\n", thread_name(event, base_), event.role, number);
      if (std::ranges::find(declared_now, line) != declared_now.end()) continue;
      text += line;
      declared_now.push_back(std::move(line));
    }
    for (std::size_t i = 0; i < orders_.events.size(); ++i) {
      text += fmt::format("event {} {}\n", name_of(i), words_of(orders_.events[i], base_));
    }
    for (const auto& [before, after] : orders_.orders) {
      text += fmt::format("order {} < {}\n", name_of(before), name_of(after));
    }
    return text;
  }

  static std::string rest_of(const std::string& line) {
    const std::string_view rest = word_of(line, 1).second;
    return rest.empty() ? "" : fmt::format(" {}", rest);
  }

  std::string name_of(std::size_t i) const {
    const ForcedEvent& event = orders_.events[i];
    const auto plain = [&](const ForcedEvent& e) {
      std::string name =
          as_name(subject_of(e, base_) + '_' + e.verb + (e.object.empty() ? "" : "_" + e.object));
      name.erase(std::unique(name.begin(), name.end(),
                             [](char a, char b) { return a == '_' && b == '_'; }),
                 name.end());
      return name;
    };
    const std::string name = plain(event);
    std::size_t earlier = 0;
    for (std::size_t k = 0; k < i; ++k) earlier += plain(orders_.events[k]) == name ? 1 : 0;
    return earlier == 0 ? name : fmt::format("{}_{}", name, earlier + 1);
  }

  const CompiledScenario& base_;
  const ForcedOrders& orders_;
  const std::vector<std::string>& comment_;
  std::vector<std::string> lines_;
};

}  // namespace

std::string words_of(const ForcedEvent& event, const CompiledScenario& base) {
  return fmt::format("{} {}{}{}", subject_of(event, base), event.verb,
                     event.object.empty() ? "" : " ", event.object);
}

std::string forced_scenario(std::string_view text, const CompiledScenario& base,
                            const ForcedOrders& orders, const std::vector<std::string>& comment) {
  return Writer(text, base, orders, comment).write();
}

}  // namespace onhook
