// Finds known secret values in text, in the forms in which they leak.
#pragma once
#include <cstddef>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace dfx::host {

// [any]
class Redactor {
 public:
  // Values shorter than this are not searched: they would hide harmless text everywhere.
  static constexpr std::size_t k_shortest = 6;

  Redactor() = default;
  Redactor(const Redactor&) = delete;
  Redactor& operator=(const Redactor&) = delete;
  ~Redactor();

  // Adds a value: as it is, JSON-escaped, percent-encoded, in base64 at each alignment, and each long line of it.
  void add(std::string_view value);
  // Every occurrence replaced by "(secret)".
  std::string redact(std::string text) const;

 private:
  mutable std::shared_mutex x_mutex;
  std::unordered_set<std::string> x_known;
  std::vector<std::string> x_needles;  // longest first
};

}  // namespace dfx::host
