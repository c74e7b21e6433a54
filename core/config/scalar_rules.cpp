// What a single value must be.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/config/rule.hpp"
#include "core/model/address.hpp"

namespace dfx {
namespace {

bool is_address(const std::string& text) {
  std::array<unsigned char, 16> raw{};
  return inet_pton(AF_INET, text.c_str(), raw.data()) == 1 || inet_pton(AF_INET6, text.c_str(), raw.data()) == 1;
}

bool is_cidr(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos || !is_address(text.substr(0, slash))) return false;
  const std::string bits = text.substr(slash + 1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), number);
  const unsigned most = text.find(':') == std::string::npos ? 32 : 128;
  return error == std::errc() && end == bits.data() + bits.size() && number <= most;
}

bool is_number_with(const std::string& text, std::initializer_list<std::string_view> units) {
  const std::size_t digits = text.find_first_not_of("0123456789");
  if (digits == 0 || text.empty()) return false;
  const std::string_view unit = digits == std::string::npos ? std::string_view() : std::string_view(text).substr(digits);
  return std::find(units.begin(), units.end(), unit) != units.end();
}

bool is_duration(const std::string& text) {
  static const std::regex k_duration("([0-9]+(ms|s|m|h|d))+");
  return std::regex_match(text, k_duration);
}

bool is_url(const std::string& text) {
  static const std::regex k_url("[a-z][a-z0-9+.-]*://[^\\s]+");
  return std::regex_match(text, k_url);
}

std::string list_of(const Json& values) {
  std::string out;
  for (const Json& v : values) out += (out.empty() ? "" : ", ") + (v.is_string() ? v.get<std::string>() : canonical(v));
  return out;
}

std::string refuse_number(const Rule& rule, const Json& value) {
  const auto shown = [](double n) { return canonical(n == static_cast<double>(static_cast<std::int64_t>(n)) ? Json(static_cast<std::int64_t>(n)) : Json(n)); };
  if (rule.minimum && value.get<double>() < *rule.minimum) return "it must be at least " + shown(*rule.minimum);
  if (rule.maximum && value.get<double>() > *rule.maximum) return "it must be at most " + shown(*rule.maximum);
  return "";
}

std::string refuse_text(const Rule& rule, const std::string& text) {
  if (rule.min_length && text.size() < *rule.min_length) return text.empty() ? "it must not be empty" : "it is too short";
  if (rule.max_length && text.size() > *rule.max_length) return "it is longer than " + std::to_string(*rule.max_length);
  if (rule.pattern && !std::regex_match(text, *rule.pattern)) return "it does not match " + rule.pattern_text;
  return rule.format.empty() ? "" : refuse_format(rule.format, text);
}

}  // namespace

std::string refuse_format(const std::string& format, const std::string& text) {
  if (format == "ip") return is_address(text) ? "" : "it must be an IP address, such as 192.168.0.10";
  if (format == "cidr") return is_cidr(text) ? "" : "it must be an address with its prefix length, such as 192.168.0.10/24";
  if (format == "size")
    return is_number_with(text, {"", "B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"}) ? "" : "it must be a size, such as 512MiB or 4GiB";
  if (format == "duration") return is_duration(text) ? "" : "it must be a duration, such as 90s, 20m or 1h30m";
  if (format == "label") return is_dns_label(text) ? "" : "it must be a name of a-z, 0-9 and -, at most 63 long";
  if (format == "url") return is_url(text) ? "" : "it must be a URL, such as https://192.168.0.10:8443";
  if (format == "version") return !text.empty() && text.find(' ') == std::string::npos ? "" : "it must be a version";
  return text.find('\0') == std::string::npos ? "" : "it must be a path";
}

std::string refuse_scalar(const Rule& rule, const Json& value) {
  if (rule.allowed.is_array() && std::find(rule.allowed.begin(), rule.allowed.end(), value) == rule.allowed.end())
    return rule.allowed.size() == 1 ? "it must be " + list_of(rule.allowed) : "it must be one of " + list_of(rule.allowed);
  if (value.is_number()) return refuse_number(rule, value);
  return value.is_string() ? refuse_text(rule, value.get_ref<const std::string&>()) : "";
}

}  // namespace dfx
