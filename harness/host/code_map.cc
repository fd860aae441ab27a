// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/code_map.h"

#include <algorithm>

#include "harness/host/field_watch.h"

namespace onhook {

CodeMap::CodeMap(const void* inside, std::optional<FieldLayout> session)
    : symbols_(symbols_of(inside)), session_(std::move(session)) {
  if (session_) std::ranges::sort(session_->fields, {}, &Field::offset);
}

const Symbol* CodeMap::symbol_at(std::uintptr_t address, Symbol::Kind kind) const {
  const auto after = std::ranges::upper_bound(symbols_, address, {}, &Symbol::begin);
  if (after == symbols_.begin()) return nullptr;
  const Symbol& symbol = *std::prev(after);
  const bool inside = address - symbol.begin < std::max<std::size_t>(symbol.bytes, 1);
  return inside && symbol.kind == kind ? &symbol : nullptr;
}

std::string_view CodeMap::function_at(std::uintptr_t pc) const {
  const Symbol* symbol = symbol_at(pc, Symbol::Kind::function);
  return symbol != nullptr ? std::string_view(symbol->name) : std::string_view();
}

std::string_view CodeMap::variable_at(std::uintptr_t address) const {
  if (const Symbol* symbol = symbol_at(address, Symbol::Kind::variable)) return symbol->name;
  const FieldWatch* watch = FieldWatch::get();
  if (watch == nullptr || !session_) return {};
  const std::optional<std::size_t> offset = watch->offset_of(address);
  if (!offset) return {};
  const auto after = std::ranges::upper_bound(session_->fields, *offset, {}, &Field::offset);
  if (after == session_->fields.begin()) return {};
  const Field& field = *std::prev(after);
  return *offset - field.offset < field.bytes ? std::string_view(field.name) : std::string_view();
}

std::vector<AddressRange> CodeMap::find(Symbol::Kind kind, std::string_view name) const {
  std::vector<AddressRange> ranges;
  for (const Symbol& s : symbols_) {
    if (s.kind == kind && s.name == name) ranges.push_back({s.begin, s.begin + s.bytes});
  }
  return ranges;
}

std::optional<AddressRange> CodeMap::find_field(std::string_view name) const {
  if (!session_) return std::nullopt;
  const auto it = std::ranges::find(session_->fields, name, &Field::name);
  if (it == session_->fields.end()) return std::nullopt;
  return AddressRange{it->offset, it->offset + it->bytes};
}

}  // namespace onhook
