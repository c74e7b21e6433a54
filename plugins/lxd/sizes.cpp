#include "plugins/lxd/sizes.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <string_view>
#include <utility>

namespace dfx::lxd {
namespace {

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 11> k_units = {{
    {"", 1},
    {"B", 1},
    {"kB", 1000},
    {"MB", 1000'000},
    {"GB", 1000'000'000},
    {"TB", 1000'000'000'000},
    {"KiB", 1ull << 10},
    {"MiB", 1ull << 20},
    {"GiB", 1ull << 30},
    {"TiB", 1ull << 40},
    {"PiB", 1ull << 50},
}};

}  // namespace

std::optional<std::uint64_t> parse_size(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& [name, factor] : k_units) {
    if (unit != name) continue;
    if (number > UINT64_MAX / factor) return std::nullopt;
    return number * factor;
  }
  return std::nullopt;
}

std::string format_size(std::uint64_t bytes) {
  static constexpr std::array<const char*, 5> k_names = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < k_names.size()) {
    value /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), value < 10 && unit > 0 ? "%.1f%s" : "%.0f%s", value, k_names[unit]);
  return text.data();
}

bool same_size(const std::string& a, const std::string& b) {
  const auto left = parse_size(a), right = parse_size(b);
  return left && right ? *left == *right : a == b;
}

}  // namespace dfx::lxd
