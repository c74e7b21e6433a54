// The checks of single values that the real daemon makes, with its words. Empty result: the value is fine.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dfx::sandbox::lxd {

using Check = std::function<std::string(const std::string&)>;

// As Go's %q.
std::string quoted(const std::string& text);

bool is_true(const std::string& value);
std::string check_bool(const std::string& value);
std::string check_integer(const std::string& value);
std::string check_uint32(const std::string& value);
std::string check_priority(const std::string& value);
std::string check_size(const std::string& value);
std::string check_vlan(const std::string& value);
std::string check_allowance(const std::string& value);  // "50%" or "25ms/100ms"
std::string check_schedule(const std::string& value);   // "@daily" or five fields
std::string check_expiry(const std::string& value);     // "1w 3d"
std::string check_uuid(const std::string& value);
std::string check_cpu_set(const std::string& value);
std::string check_memory(const std::string& value);
std::string check_mac(const std::string& value);
std::string check_mtu(const std::string& value);
std::string check_ipv4(const std::string& value);
std::string check_ipv6(const std::string& value);
std::string check_ipv4_subnet_address(const std::string& value);  // "10.0.0.1/24"
std::string check_ipv4_subnet(const std::string& value);
std::string check_ipv4_range(const std::string& value);  // "10.0.0.2-10.0.0.9"
std::string check_ipv6_subnet_address(const std::string& value);
std::string check_hostname(const std::string& value);
std::string check_device_name(const std::string& value);
std::string check_interface_name(const std::string& value);
std::string check_not_empty(const std::string& value);
Check one_of(std::vector<std::string> words);
// Values separated by commas, each checked.
Check list_of(Check check);
// Empty values pass.
Check optional(Check check);

// "4GiB" in bytes; sets `problem` if it is no size.
std::int64_t parse_size(const std::string& value, std::string& problem);

// An IPv4 address or subnet as a number, host order.
std::optional<std::uint32_t> parse_ipv4(const std::string& text);
struct Subnet {
  std::uint32_t address = 0;
  int bits = 0;
  bool holds(std::uint32_t other) const;
};
std::optional<Subnet> parse_ipv4_subnet(const std::string& text);
std::string format_ipv4(std::uint32_t address);

}  // namespace dfx::sandbox::lxd
