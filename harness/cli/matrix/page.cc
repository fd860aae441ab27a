// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/matrix/page.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <glib.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/base/check.h"
#include "harness/cli/matrix/page_files.h"
#include "harness/cli/matrix/windows.h"
#include "harness/report/text.h"
#include "harness/scenario/compiler.h"

namespace onhook::cli {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kShownDigits = 10;

CellState state_of(const std::optional<MatrixCell>& cell) {
  if (!cell || !cell->no_build.empty()) return CellState::unknown;
  if (is_not_set_up(cell->result)) return CellState::unknown;
  if (cell->result.verdict == Verdict::holds) return CellState::holds;
  return cell->result.verdict == Verdict::violated ? CellState::violated : CellState::unknown;
}

std::string name_of(const std::string& scenario) {
  return std::filesystem::path(scenario).stem().string();
}

/// gzip, then base64.
std::string packed(const std::string& text) {
  z_stream stream{};
  ONHOOK_CHECK(::deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9,
                              Z_DEFAULT_STRATEGY) == Z_OK,
               "zlib cannot begin");
  std::string out(::deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ONHOOK_CHECK(::deflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib cannot end");
  const std::size_t size = stream.total_out;
  ::deflateEnd(&stream);
  const std::unique_ptr<gchar, decltype(&g_free)> base64(
      g_base64_encode(reinterpret_cast<const guchar*>(out.data()), size), &g_free);
  return base64.get();
}

/// JSON that may stand in a <script>: no "</script>" or "<!--" can end it.
std::string in_script(const Json& json) {
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

std::string in_html(std::string_view text) {
  const std::unique_ptr<gchar, decltype(&g_free)> escaped(
      g_markup_escape_text(text.data(), static_cast<gssize>(text.size())), &g_free);
  return escaped.get();
}

class Writer {
 public:
  explicit Writer(const MatrixPage& page) : page_(page) {}

  std::string html() {
    Json data;
    data["clone"] = page_.clone;
    data["range"] = page_.range;
    data["search"] = page_.search;
    data["scenarios"] = scenarios();
    data["rows"] = rows();
    data["changes"] = changes();
    data["figures"] = {{"commits", page_.rows.commits},
                       {"rows", page_.rows.rows.size()},
                       {"plugins", page_.figures.plugins},
                       {"cells", page_.figures.cells},
                       {"left", page_.figures.left}};
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        // Whatever a commit's code prints into a ladder: nothing is fetched and nothing is sent.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src blob:\">\n"
        "<title>{}: laws over history</title>\n<style>\n{}</style>\n</head>\n{}"
        "<script type=\"application/json\" id=\"data\">{}</script>\n"
        "<script type=\"text/plain\" id=\"details\">{}</script>\n"
        "<script>\n{}</script>\n</body>\n</html>\n",
        in_html(page_.clone), page_files::kStyle, page_files::kBody, in_script(data),
        packed(details_.dump(-1, ' ', false, Json::error_handler_t::replace)), page_files::kScript);
  }

 private:
  Json scenarios() const {
    Json out = Json::array();
    for (const std::string& path : page_.scenarios) {
      Json one = {{"name", name_of(path)}, {"path", path}};
      const CompileResult compiled = load_scenario(path);
      if (compiled.scenario) {
        one["says"] = compiled.scenario->summary;
        one["see"] = compiled.scenario->see;
      }
      out.push_back(std::move(one));
    }
    return out;
  }

  Json rows() {
    Json out = Json::array();
    for (std::size_t i = 0; i < page_.rows.rows.size(); ++i) {
      const MatrixRow& row = page_.rows.rows[i];
      Json cells = Json::array();
      for (const auto& cell : page_.cells[i]) cells.push_back(cell_of(row, cell));
      out.push_back({{"commit", row.commit},
                     {"subject", row.subject},
                     {"date", fmt::format("{:%Y-%m-%d}", fmt::gmtime(row.time))},
                     {"tags", row.tags},
                     {"cells", std::move(cells)}});
    }
    return out;
  }

  Json cell_of(const MatrixRow& row, const std::optional<MatrixCell>& cell) {
    if (!row.no_plugin.empty()) return {{"is", "nothing"}, {"why", row.no_plugin}};
    if (!cell) return {{"is", "unknown"}, {"why", "not run yet"}};
    if (!cell->no_build.empty()) return {{"is", "nothing"}, {"why", cell->no_build}};
    const RunResult& result = cell->result;
    const auto count = [&](OrderOutcome outcome) {
      return std::ranges::count(result.orders, outcome, &OrderResult::outcome);
    };
    Json one = {{"is", to_string(result.verdict)},
                {"orders", result.orders.size()},
                {"hold", count(OrderOutcome::holds)},
                {"violated", count(OrderOutcome::violated)},
                {"infeasible", count(OrderOutcome::infeasible)},
                {"executions", result.executions},
                {"complete", result.complete},
                {"seconds", result.seconds}};
    if (!result.fault.empty()) one["why"] = result.fault;
    if (is_not_set_up(result)) {
      one["is"] = "not_set_up";
      one["why"] = result.violations.front().message;
    }
    Json laws = Json::array();
    for (const Violation& violation : result.violations) laws.push_back(violation.law);
    if (!laws.empty()) one["laws"] = std::move(laws);
    if (!cell->ladder.empty()) {
      one["detail"] = details_.size();
      details_.push_back({{"ladder", cell->ladder}, {"schedule", cell->schedule}});
    }
    return one;
  }

  Json changes() const {
    Json out = Json::array();
    for (std::size_t s = 0; s < page_.scenarios.size(); ++s) {
      std::vector<CellState> states;
      for (const auto& cells : page_.cells) states.push_back(state_of(cells[s]));
      Json all = Json::array();
      for (const MatrixChange& change : changes_of(page_.rows.rows, states)) {
        all.push_back({{"row", change.row},
                       {"breaks", change.breaks},
                       {"unknown", change.unknown_before},
                       {"first", change.first}});
      }
      out.push_back(std::move(all));
    }
    return out;
  }

  const MatrixPage& page_;
  Json details_ = Json::array();
};

}  // namespace

std::string html_of(const MatrixPage& page) { return Writer(page).html(); }

std::string changes_text(const MatrixPage& page) {
  std::string out;
  for (std::size_t s = 0; s < page.scenarios.size(); ++s) {
    std::vector<CellState> states;
    for (const auto& cells : page.cells) states.push_back(state_of(cells[s]));
    const auto changes = changes_of(page.rows.rows, states);
    const auto known = static_cast<std::size_t>(
        std::ranges::count_if(states, [](CellState c) { return c != CellState::unknown; }));
    out += fmt::format("{}  {}\n", page.scenarios[s],
                       known == 0        ? "cannot be judged anywhere"
                       : changes.empty() ? "holds wherever it can be judged"
                                         : "");
    for (const MatrixChange& change : changes) {
      const MatrixRow& row = page.rows.rows[change.row];
      out += fmt::format("  {:<8} {}  {:%Y-%m-%d}  {}{}\n",
                         change.first    ? "violated"
                         : change.breaks ? "broken"
                                         : "mended",
                         row.commit.substr(0, kShownDigits), fmt::gmtime(row.time), row.subject,
                         change.first ? " (there or before)" : "");
      if (change.unknown_before > 0 && !change.first) {
        out += fmt::format("           or by one of the {} before it, which have no verdict\n",
                           change.unknown_before);
      }
    }
  }
  return out;
}

}  // namespace onhook::cli
