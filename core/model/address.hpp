// Addresses: component/kind/name, stable over time, the key of everything dfx records.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace dfx {

// component: instance name in the stack; kind: fully qualified ("lxd.instance"); name: any text, decoded.
struct Address {
  std::string component;
  std::string kind;
  std::string name;

  // "component/kind/name" with the name percent-encoded. Never fails.
  std::string text() const;
  bool operator==(const Address&) const = default;
  auto operator<=>(const Address&) const = default;
};

// Reads the text form. Nothing on a malformed address (wrong number of parts, bad escape, empty part).
std::optional<Address> parse_address(std::string_view text);

// Percent-encodes every byte outside [A-Za-z0-9._~:@+-].
std::string percent_encode(std::string_view raw);
// Nothing on a bad escape.
std::optional<std::string> percent_decode(std::string_view text);

// Names of components, environments, stacks, machines and plugins: [a-z0-9]([a-z0-9-]*[a-z0-9])?, at most 63 bytes.
bool is_dns_label(std::string_view name);

}  // namespace dfx
