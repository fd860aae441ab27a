// SPDX-License-Identifier: GPL-3.0-or-later
// State as bytes and back, within one executable on one machine: no versions and no byte order. A
// class that is more than plain bytes lists its members once, for both directions:
//
//   template <class Self, class Archive>
//   static void archive(Self& self, Archive& a) { a(self.count_, self.names_); }
//
// Reading is bounded by what is there: bytes that are something else make good() false, never a
// fault, but what was read so far is then of no use.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace onhook {

namespace archive_detail {

template <class T, class Archive>
concept Listed = requires(T& object, Archive& a) {
  std::remove_const_t<T>::archive(object, a);
};
template <class T>
concept Map = requires {
  typename T::mapped_type;
};
template <class T>
concept Set = requires {
  typename T::key_type;
}
&&!Map<T>;

}  // namespace archive_detail

class ArchiveWriter {
 public:
  template <class... T>
  void operator()(const T&... objects) {
    (put(objects), ...);
  }
  std::string take() { return std::move(bytes_); }

 private:
  void raw(const void* from, std::size_t size) {
    bytes_.append(static_cast<const char*>(from), size);
  }
  void count(std::size_t n) {
    const std::uint64_t wide = n;
    raw(&wide, sizeof wide);
  }

  template <class T>
  void put(const T& object) {
    if constexpr (archive_detail::Listed<const T, ArchiveWriter>) {
      T::archive(object, *this);
    } else if constexpr (std::is_trivially_copyable_v<T>) {
      raw(&object, sizeof object);
    } else {
      count(object.size());
      for (const auto& element : object) put(element);
    }
  }
  template <class A, class B>
  void put(const std::pair<A, B>& pair) {
    (*this)(pair.first, pair.second);
  }
  template <class T>
  void put(const std::unique_ptr<T>& pointer) {
    put(pointer != nullptr);
    if (pointer != nullptr) put(*pointer);
  }
  void put(const std::string& text) {
    count(text.size());
    bytes_ += text;
  }
  void put(const std::vector<bool>& bits) {
    count(bits.size());
    for (const bool bit : bits) put(bit);
  }

  std::string bytes_;
};

class ArchiveReader {
 public:
  explicit ArchiveReader(std::string_view bytes) : left_(bytes) {}

  template <class... T>
  void operator()(T&... objects) {
    (get(objects), ...);
  }
  /// All was there so far.
  bool good() const { return good_; }
  /// Good, and nothing is left.
  bool done() const { return good_ && left_.empty(); }

 private:
  void raw(void* to, std::size_t size) {
    if (left_.size() < size) {
      good_ = false;
      left_ = {};
      return;
    }
    if (size == 0) return;  // there may be no bytes at all, not even an address
    std::memcpy(to, left_.data(), size);
    left_.remove_prefix(size);
  }
  /// Nothing takes less than a byte, so more elements than bytes cannot be.
  std::size_t count() {
    std::uint64_t n = 0;
    raw(&n, sizeof n);
    if (n <= left_.size()) return n;
    good_ = false;
    left_ = {};
    return 0;
  }

  template <class T>
  void get(T& object) {
    if constexpr (archive_detail::Listed<T, ArchiveReader>) {
      T::archive(object, *this);
    } else if constexpr (archive_detail::Map<T>) {
      object.clear();
      for (std::size_t n = count(); n > 0 && good_; --n) {
        typename T::key_type key{};
        get(key);
        get(object[key]);
      }
    } else if constexpr (archive_detail::Set<T>) {
      object.clear();
      for (std::size_t n = count(); n > 0 && good_; --n) {
        typename T::value_type value{};
        get(value);
        object.insert(value);
      }
    } else if constexpr (std::is_trivially_copyable_v<T>) {
      raw(&object, sizeof object);
    } else {
      object.clear();
      for (std::size_t n = count(); n > 0 && good_; --n) get(object.emplace_back());
    }
  }
  template <class A, class B>
  void get(std::pair<A, B>& pair) {
    (*this)(pair.first, pair.second);
  }
  template <class T>
  void get(std::unique_ptr<T>& pointer) {
    bool there = false;
    get(there);
    pointer = there ? std::make_unique<T>() : nullptr;
    if (pointer != nullptr) get(*pointer);
  }
  void get(std::string& text) {
    text.resize(count());
    raw(text.data(), text.size());
  }
  void get(std::vector<bool>& bits) {
    bits.resize(count());
    for (std::size_t i = 0; i < bits.size(); ++i) {
      bool bit = false;
      get(bit);
      bits[i] = bit;
    }
  }

  std::string_view left_;
  bool good_ = true;
};

}  // namespace onhook
