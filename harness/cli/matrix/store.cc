// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/matrix/store.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <vector>

#include "harness/report/json.h"
#include "harness/report/json_reader.h"

namespace onhook::cli {
namespace {

constexpr int kFormat = 1;
constexpr int kOurs = 0x6f6e686b;  // PRAGMA application_id, in file(1)'s terms "onhk"
constexpr int kBusyMs = 10'000;

class Statement {
 public:
  Statement(sqlite3* database, const char* sql) {
    ::sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr);
  }
  ~Statement() { ::sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int place, const std::string& text) {
    ::sqlite3_bind_text(statement_, place, text.data(), static_cast<int>(text.size()),
                        SQLITE_TRANSIENT);
  }
  int step() { return statement_ == nullptr ? SQLITE_ERROR : ::sqlite3_step(statement_); }
  std::string text(int column) const {
    const auto* bytes = ::sqlite3_column_text(statement_, column);
    const int size = ::sqlite3_column_bytes(statement_, column);
    return bytes == nullptr ? "" : std::string(reinterpret_cast<const char*>(bytes), size);
  }
  int number(int column) const { return ::sqlite3_column_int(statement_, column); }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace

void MatrixStore::Close::operator()(sqlite3* database) const { ::sqlite3_close(database); }

std::variant<MatrixStore, std::string> MatrixStore::open(const std::string& path) {
  sqlite3* opened = nullptr;
  const int code = ::sqlite3_open(path.c_str(), &opened);
  MatrixStore store;
  store.database_.reset(opened);
  const auto error = [&] {
    return fmt::format("{}: {}", path, opened == nullptr ? "no memory" : ::sqlite3_errmsg(opened));
  };
  if (code != SQLITE_OK) return error();
  ::sqlite3_busy_timeout(opened, kBusyMs);
  const auto number = [&](const char* sql) {
    Statement statement(opened, sql);
    return statement.step() == SQLITE_ROW ? std::optional(statement.number(0)) : std::nullopt;
  };
  const auto tables = number("SELECT count(*) FROM sqlite_schema");
  const auto owner = number("PRAGMA application_id");
  const auto format = number("PRAGMA user_version");
  if (!tables || !owner || !format) return error();
  if (*tables > 0 && *owner != kOurs) return fmt::format("{} is somebody else's", path);
  if (*tables > 0 && *format != kFormat) {
    return fmt::format("{} was written by another version of onhook", path);
  }
  const std::string setup = fmt::format(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA application_id = {};"
      "PRAGMA user_version = {};"
      "CREATE TABLE IF NOT EXISTS cell (key TEXT PRIMARY KEY, scenario TEXT NOT NULL, target TEXT "
      "NOT NULL, verdict TEXT NOT NULL, result TEXT NOT NULL, no_build TEXT NOT NULL, ladder TEXT "
      "NOT NULL, schedule TEXT NOT NULL) WITHOUT ROWID",
      kOurs, kFormat);
  if (::sqlite3_exec(opened, setup.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return error();
  }
  return store;
}

std::optional<MatrixCell> MatrixStore::find(const std::string& key) const {
  Statement select(database_.get(),
                   "SELECT result, no_build, ladder, schedule FROM cell WHERE key = ?");
  select.bind(1, key);
  if (select.step() != SQLITE_ROW) return std::nullopt;
  MatrixCell cell;
  cell.no_build = select.text(1);
  cell.ladder = select.text(2);
  cell.schedule = select.text(3);
  auto read = parse_results(select.text(0), "the database");
  auto* file = std::get_if<ResultsFile>(&read);
  // What is no result is as good as missing, and is computed again.
  if (file == nullptr || file->results.size() != 1) return std::nullopt;
  cell.result = std::move(file->results.front());
  return cell;
}

std::string MatrixStore::keep(const std::string& key, const MatrixCell& cell) {
  Statement insert(database_.get(), "INSERT OR REPLACE INTO cell VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(1, key);
  insert.bind(2, cell.result.scenario);
  insert.bind(3, cell.result.target);
  insert.bind(4, cell.no_build.empty() ? to_string(cell.result.verdict) : "not built");
  insert.bind(5, results_json({cell.result}, CampaignEnd::finished));
  insert.bind(6, cell.no_build);
  insert.bind(7, cell.ladder);
  insert.bind(8, cell.schedule);
  return insert.step() == SQLITE_DONE ? "" : ::sqlite3_errmsg(database_.get());
}

}  // namespace onhook::cli
