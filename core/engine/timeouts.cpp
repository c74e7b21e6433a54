#include "core/engine/timeouts.hpp"

#include <charconv>

namespace dfx {
namespace {

constexpr std::int64_t k_longest_ms = 8760LL * 3'600'000;  // a year

[[noreturn]] void refuse(const Component& component, const std::string& text) {
  Diagnostic d;
  d.code = "config.bad-duration";
  d.summary = "this is no duration";
  d.detail = "timeouts of component `" + component.name + "` holds `" + text + "`";
  d.help = "write a number and a unit, such as 90s, 20m or 1h30m";
  d.place = component.place;
  throw Error(std::move(d));
}

std::int64_t unit_ms(std::string_view unit) {
  if (unit == "ms") return 1;
  if (unit == "s") return 1000;
  if (unit == "m") return 60'000;
  if (unit == "h") return 3'600'000;
  return 0;
}

std::chrono::milliseconds duration_from(const Component& component, const std::string& text) {
  std::int64_t total = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const std::size_t unit = std::min(rest.find_first_of("0123456789"), rest.size());
    const std::int64_t scale = unit_ms(rest.substr(0, unit));
    if (error != std::errc() || scale == 0 || number < 0 || number > k_longest_ms / scale) refuse(component, text);
    total += number * scale;
    rest.remove_prefix(unit);
  }
  if (total == 0) refuse(component, text);
  return std::chrono::milliseconds(total);
}

}  // namespace

Timeouts timeouts_from(const Component& component) {
  Timeouts out;
  for (const auto& [operation, text] : component.timeouts.items()) {
    const auto duration = duration_from(component, text.is_string() ? text.get<std::string>() : canonical(text));
    if (operation == "create") out.create = duration;
    if (operation == "update") out.update = duration;
    if (operation == "delete") out.remove = duration;
  }
  return out;
}

}  // namespace dfx
