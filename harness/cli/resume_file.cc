// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/resume_file.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/base/text_file.h"
#include "harness/base/write_all.h"
#include "harness/report/position_journal.h"

namespace onhook::cli {
namespace {

using Json = nlohmann::json;
constexpr const char* kFormat = "onhook resume 1";

std::string name_of(const CellRequest& cell) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}/{}", cell.scenario_path, cell.target, cell.search,
                     fmt::join(cell.defines, " "), fmt::join(cell.args, " "), cell.part.index,
                     cell.part.count);
}

Diagnostic system_complaint(const std::string& path) {
  return complaint(path, fmt::format("cannot write where the run stands: {}", strerror(errno)));
}

/// The new name itself survives a crash of the machine only once the folder is written.
void sync_folder_of(const std::string& path) {
  const auto folder = std::filesystem::absolute(path).parent_path();
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace

std::variant<ResumeFile, Diagnostic> ResumeFile::open(const std::string& path, int jobs) {
  ResumeFile file;
  file.path_ = path;
  file.jobs_ = jobs;
  if (!std::filesystem::exists(path)) {
    file.dirty_ = true;
    if (auto error = file.write()) return *error;
    return file;
  }
  const auto read = read_text_file(path);
  if (const auto* error = std::get_if<Diagnostic>(&read)) return *error;
  try {
    const Json json = Json::from_cbor(std::get<std::string>(read));
    if (json.at("format") != kFormat) throw std::invalid_argument("another format");
    file.jobs_ = json.at("jobs");
    for (const auto& [name, position] : json.at("cells").items()) {
      const auto& binary = position.get_binary();
      file.positions_[name] = {binary.begin(), binary.end()};
    }
  } catch (const std::exception&) {  // Json::exception is one
    return complaint(path, "this file does not say where a run of this onhook stands");
  }
  return file;
}

void ResumeFile::prepare(std::vector<CellRequest>& cells) const {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    CellRequest& cell = cells[i];
    cell.journal_owner = name_of(cell);
    cell.journal = fmt::format("{}.{}", path_, i + 1);
    const auto it = positions_.find(cell.journal_owner);
    if (it != positions_.end()) cell.position = it->second;
    // The journal is written first.
    if (auto newer = PositionJournal::read(cell.journal, cell.journal_owner)) {
      cell.position = std::move(*newer);
    }
  }
}

void ResumeFile::remove_journals(const std::vector<CellRequest>& cells) const {
  for (const CellRequest& cell : cells) {
    std::error_code ignored;
    std::filesystem::remove(cell.journal, ignored);
  }
}

void ResumeFile::keep(const CellRequest& cell, const std::string& position) {
  positions_[name_of(cell)] = position;
  dirty_ = true;
}

std::optional<Diagnostic> ResumeFile::write_if_due() {
  if (!dirty_ || std::chrono::steady_clock::now() - written_ < kPeriod) return std::nullopt;
  return write();
}

std::optional<Diagnostic> ResumeFile::write() {
  if (!dirty_) return std::nullopt;
  Json cells = Json::object();
  for (const auto& [name, position] : positions_) {
    cells[name] = Json::binary({position.begin(), position.end()});
  }
  std::string bytes;
  Json::to_cbor({{"format", kFormat}, {"jobs", jobs_}, {"cells", std::move(cells)}}, bytes);
  std::string temporary = path_ + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return system_complaint(path_);
  const bool written = write_all(fd, bytes) && ::fchmod(fd, 0644) == 0 && ::fsync(fd) == 0;
  if (!written || ::rename(temporary.c_str(), path_.c_str()) != 0) {
    const Diagnostic error = system_complaint(path_);
    ::close(fd);
    ::unlink(temporary.c_str());
    return error;
  }
  ::close(fd);
  sync_folder_of(path_);
  dirty_ = false;
  written_ = std::chrono::steady_clock::now();
  return std::nullopt;
}

}  // namespace onhook::cli
