#include "sandbox/lxd/validate.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <regex>
#include <set>

namespace dfx::sandbox::lxd {
namespace {

template <class Number>
bool parse_number(const std::string& text, Number& number) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  return !text.empty() && result.ec == std::errc() && result.ptr == end;
}

bool only(const std::string& text, const char* others) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(others).find(c) != std::string_view::npos;
  });
}

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t end; (end = text.find(by, start)) != std::string::npos; start = end + 1) {
    parts.push_back(text.substr(start, end - start));
  }
  parts.push_back(text.substr(start));
  return parts;
}

// Adds the CPUs of "3" or "1-4". False: no such form, or a CPU named twice.
std::string add_cpus(const std::string& chunk, std::set<std::int64_t>& cpus) {
  const auto ends = split(chunk, '-');
  std::int64_t low = 0;
  std::int64_t high = 0;
  if (ends.size() > 2 || !parse_number(ends.front(), low) || !parse_number(ends.back(), high) || high > 65536) {
    return "Invalid CPU limit syntax";
  }
  for (std::int64_t cpu = low; cpu <= high; ++cpu) {
    if (!cpus.insert(cpu).second) return "Cannot define CPU multiple times";
  }
  return {};
}

const std::map<std::string, std::int64_t> k_suffixes = {
    {"", 1}, {"B", 1}, {" bytes", 1}, {"kB", 1000}, {"MB", 1'000'000}, {"GB", 1'000'000'000},
    {"TB", 1'000'000'000'000}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", std::int64_t{1} << 40}};

}  // namespace

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') result += "\\n";
    else result += c;
  }
  return result + "\"";
}

bool is_true(const std::string& value) {
  static const std::set<std::string> words = {"true", "1", "yes", "on"};
  return words.count(value) != 0;
}

std::string check_bool(const std::string& value) {
  static const std::set<std::string> words = {"true", "1", "yes", "on", "false", "0", "no", "off"};
  return words.count(value) != 0 ? "" : "Invalid value for a boolean " + quoted(value);
}

std::string check_integer(const std::string& value) {
  std::int64_t number = 0;
  return parse_number(value, number) ? "" : "Invalid value for an integer " + quoted(value);
}

std::string check_uint32(const std::string& value) {
  std::uint32_t number = 0;
  if (parse_number(value, number)) return {};
  return "Invalid value for uint32 " + quoted(value) + ": strconv.ParseUint: parsing " + quoted(value) +
         ": invalid syntax";
}

std::string check_priority(const std::string& value) {
  std::uint32_t number = 0;
  if (!parse_number(value, number)) return "Invalid value for an integer " + quoted(value);
  return number <= 10 ? "" : "Invalid value for a limit " + quoted(value) + ". Must be between 0 and 10";
}

std::int64_t parse_size(const std::string& value, std::string& problem) {
  const std::size_t digits = std::min(value.find_first_not_of("0123456789"), value.size());
  const auto suffix = k_suffixes.find(value.substr(digits));
  std::int64_t number = 0;
  if (digits == 0 || suffix == k_suffixes.end()) {
    problem = "Invalid value: " + value;
  } else if (!parse_number(value.substr(0, digits), number) || number > INT64_MAX / suffix->second) {
    problem = "Invalid integer: " + value;
  } else {
    return number * suffix->second;
  }
  return -1;
}

std::string check_size(const std::string& value) {
  std::string problem;
  parse_size(value, problem);
  return problem;
}

std::string check_memory(const std::string& value) {
  if (value.back() == '%') {
    std::int64_t percent = 0;
    const std::string number = value.substr(0, value.size() - 1);
    if (!parse_number(number, percent)) return "strconv.ParseInt: parsing " + quoted(number) + ": invalid syntax";
    return percent == 0 ? "Memory limit can't be 0%" : "";
  }
  std::string problem;
  const std::int64_t bytes = parse_size(value, problem);
  return bytes == 0 ? "Memory limit can't be 0" : problem;
}

std::string check_vlan(const std::string& value) {
  std::int64_t vlan = 0;
  if (value == "none") return {};
  if (!parse_number(value, vlan)) return "Invalid VLAN ID " + quoted(value);
  return vlan >= 0 && vlan <= 4094 ? "" : "Out of VLAN ID range (0-4094) " + quoted(value);
}

std::string check_allowance(const std::string& value) {
  static const std::regex shape("[0-9]+%|[0-9]+ms/[0-9]+ms");
  return std::regex_match(value, shape) ? "" : "Invalid allowance: " + value;
}

std::string check_schedule(const std::string& value) {
  static const std::regex named("@(hourly|daily|midnight|weekly|monthly|annually|yearly|startup|never)(, *@[a-z]+)*");
  static const std::regex five("[^ ]+( +[^ ]+){4}");
  if (std::regex_match(value, named) || std::regex_match(value, five)) return {};
  return "Schedule must be of the form: <minute> <hour> <day-of-month> <month> <day-of-week>";
}

std::string check_expiry(const std::string& value) {
  static const std::regex shape("([0-9]+[MHdwmy])( +[0-9]+[MHdwmy])*");
  return std::regex_match(value, shape) ? "" : "Invalid expiry expression";
}

std::string check_uuid(const std::string& value) {
  static const std::string shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  const bool fits = value.size() == shape.size() &&
                    std::equal(value.begin(), value.end(), shape.begin(), [](char c, char s) {
                      return s == '-' ? c == '-' : std::string_view("0123456789abcdefABCDEF").find(c) !=
                                                       std::string_view::npos;
                    });
  return fits ? "" : "Invalid UUID";
}

std::string check_cpu_set(const std::string& value) {
  std::set<std::int64_t> cpus;
  for (const auto& chunk : split(value, ',')) {
    if (const std::string problem = add_cpus(chunk, cpus); !problem.empty()) return problem;
  }
  return {};
}

std::string check_mac(const std::string& value) {
  bool fits = value.size() == 17;
  for (std::size_t i = 0; fits && i < value.size(); ++i) {
    fits = i % 3 == 2 ? value[i] == ':'
                      : std::string_view("0123456789abcdefABCDEF").find(value[i]) != std::string_view::npos;
  }
  return fits ? "" : "Invalid MAC address, must be 6 bytes of hex separated by colons";
}

std::string check_mtu(const std::string& value) {
  std::uint32_t mtu = 0;
  if (!parse_number(value, mtu)) return "Invalid MTU " + quoted(value);
  return mtu >= 1280 && mtu <= 16384 ? "" : "Out of MTU range (1280-16384) " + quoted(value);
}

std::string check_ipv4(const std::string& value) {
  return parse_ipv4(value) ? "" : "Not an IPv4 address " + quoted(value);
}

std::string check_ipv6(const std::string& value) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, value.c_str(), &address) == 1 ? "" : "Not an IPv6 address " + quoted(value);
}

std::string check_ipv4_subnet_address(const std::string& value) {
  const auto subnet = parse_ipv4_subnet(value);
  if (!subnet) return "invalid CIDR address: " + value;
  const std::uint32_t mask = subnet->bits == 0 ? 0 : ~std::uint32_t{0} << (32 - subnet->bits);
  return (subnet->address & mask) == subnet->address ? "Not a usable IPv4 address " + quoted(value) : "";
}

std::string check_ipv4_subnet(const std::string& value) {
  return parse_ipv4_subnet(value) ? "" : "invalid CIDR address: " + value;
}

std::string check_ipv4_range(const std::string& value) {
  const auto ends = split(value, '-');
  if (ends.size() != 2) return "IP range must contain start and end IP addresses";
  for (const auto& end : ends) {
    if (!parse_ipv4(end)) return "Start or end of IP range " + quoted(value) + " isn't an IPv4 address";
  }
  return {};
}

std::string check_ipv6_subnet_address(const std::string& value) {
  const std::size_t slash = value.find('/');
  int bits = -1;
  const bool fits = slash != std::string::npos && check_ipv6(value.substr(0, slash)).empty() &&
                    parse_number(value.substr(slash + 1), bits) && bits >= 0 && bits <= 128;
  return fits ? "" : "invalid CIDR address: " + value;
}

std::string check_hostname(const std::string& value) {
  if (value.empty() || value.size() > 63) return "Name must be 1-63 characters long";
  if (value.front() == '-') return "Name must not start with \"-\" character";
  if (value.back() == '-') return "Name must not end with \"-\" character";
  if (value.front() >= '0' && value.front() <= '9') return "Name must not start with a number";
  return only(value, "-") ? "" : "Name can only contain alphanumeric and hyphen characters";
}

std::string check_device_name(const std::string& value) {
  if (value.empty() || value.size() > 63) return "Name must be 1-63 characters long";
  if (value.front() == '.') return "Name must not start with \".\" character";
  return only(value, "/.-:_") ? ""
                              : "Name can only contain alphanumeric, forward slash, hyphen, colon, underscore and "
                                "full stop characters";
}

std::string check_interface_name(const std::string& value) {
  if (value.size() < 2) return "Network interface is too short (minimum 2 characters)";
  if (value.size() > 15) return "Network interface is too long (maximum 15 characters)";
  return only(value, "-_.") ? "" : "Network interface contains invalid characters";
}

std::string check_not_empty(const std::string& value) { return value.empty() ? "Required value" : ""; }

Check one_of(std::vector<std::string> words) {
  return [words = std::move(words)](const std::string& value) -> std::string {
    if (std::find(words.begin(), words.end(), value) != words.end()) return {};
    std::string list;
    for (const auto& word : words) list += (list.empty() ? "" : " ") + word;
    return "Invalid value " + quoted(value) + " (not one of [" + list + "])";
  };
}

Check list_of(Check check) {
  return [check = std::move(check)](const std::string& value) -> std::string {
    for (std::string item : split(value, ',')) {
      item.erase(0, std::min(item.find_first_not_of(' '), item.size()));
      if (const std::string problem = check(item); !problem.empty()) return "Item " + quoted(item) + ": " + problem;
    }
    return {};
  };
}

Check optional(Check check) {
  return [check = std::move(check)](const std::string& value) { return value.empty() ? std::string() : check(value); };
}

std::optional<std::uint32_t> parse_ipv4(const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
  return ntohl(address.s_addr);
}

std::optional<Subnet> parse_ipv4_subnet(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const auto address = parse_ipv4(text.substr(0, slash));
  int bits = -1;
  if (!address || !parse_number(text.substr(slash + 1), bits) || bits < 0 || bits > 32) return std::nullopt;
  return Subnet{*address, bits};
}

bool Subnet::holds(std::uint32_t other) const {
  const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
  return (address & mask) == (other & mask);
}

std::string format_ipv4(std::uint32_t address) {
  in_addr raw{};
  raw.s_addr = htonl(address);
  char text[INET_ADDRSTRLEN];
  return ::inet_ntop(AF_INET, &raw, text, sizeof text);
}

}  // namespace dfx::sandbox::lxd
