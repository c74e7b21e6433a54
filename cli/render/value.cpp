#include "cli/render/value.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "cli/render/terminal.hpp"
#include "core/model/encode.hpp"

namespace dfx {
namespace {

std::string node_text(const Json& node) {
  if (contains_secret(node)) return "(secret)";
  if (contains_unknown(node)) return "(known after apply)";
  const Json& inside = node.at("$dfx");
  if (!inside.is_object()) return "(known after apply)";
  if (inside.contains("output") && inside["output"].is_string())
    return "(from " + inside["output"].get<std::string>() + ")";
  if (!inside.contains("ref") || !inside["ref"].is_string()) return "(known after apply)";
  std::string out = "(from " + inside["ref"].get<std::string>();
  if (inside.contains("path") && inside["path"].is_string()) out += inside["path"].get<std::string>();
  return out + ")";
}

std::string number_text(const char* format, long long a, long long b) {
  std::array<char, 48> text{};
  const int size = std::snprintf(text.data(), text.size(), format, a, b);
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

Json without_nodes(const Json& value) {
  if (is_dfx_node(value)) return node_text(value);
  if (!value.is_structured()) return value;
  Json out = value;
  for (Json& part : out) part = without_nodes(part);
  return out;
}

std::string value_text(const Json& value) {
  if (value.is_null()) return "(none)";
  if (is_dfx_node(value)) return display(node_text(value));
  return display(canonical(without_nodes(value)));
}

std::string short_duration_text(std::chrono::milliseconds duration) {
  const long long tenths = std::max<long long>(1, (duration.count() + 50) / 100);
  return tenths < 100 ? number_text("%lld.%llds", tenths / 10, tenths % 10) : duration_text(duration);
}

std::string size_text(std::uintmax_t bytes) {
  constexpr std::array k_units{"KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  bytes >>= 10;
  for (; bytes >= 10 * 1024 && unit + 1 < k_units.size(); ++unit) bytes >>= 10;
  return std::to_string(bytes) + " " + k_units[unit];
}

std::string duration_text(std::chrono::milliseconds duration) {
  const long long s = duration.count() / 1000;
  if (s < 60) return number_text("%llds", s, 0);
  if (s < 3600) return number_text("%lldm%02llds", s / 60, s % 60);
  if (s < 48 * 3600) return number_text("%lldh%02lldm", s / 3600, s / 60 % 60);
  return number_text("%lldd", s / 86400, 0);
}

std::string age_text(std::int64_t then, std::int64_t now) {
  const long long s = (now - then) / 1000;
  if (s < 2) return "just now";
  if (s < 60) return number_text("%llds ago", s, 0);
  if (s < 3600) return number_text("%lldm ago", s / 60, 0);
  if (s < 48 * 3600) return number_text("%lldh ago", s / 3600, 0);
  return number_text("%lldd ago", s / 86400, 0);
}

std::string count_text(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string time_text(std::int64_t ms) {
  const std::time_t seconds = ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> rest{};
  std::snprintf(rest.data(), rest.size(), ".%03dZ", static_cast<int>(ms % 1000));
  return std::string(text.data()) + rest.data();
}

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace dfx
