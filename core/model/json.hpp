// JSON as dfx uses it: bounded on entry, canonical on exit.
#pragma once
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace dfx {

using Json = nlohmann::json;

struct JsonLimits {
  std::size_t max_bytes = 64u << 20;  // longer input is refused unread
  int max_depth = 128;                // nlohmann's copy and dump recurse: deeper trees could exhaust the stack
};

// Parses one JSON text from an untrusted source (a plugin, a server, a file).
// Refuses bad UTF-8, duplicate keys, numbers that do not fit, trailing text, and anything over the limits:
// throws Error "json.invalid" with the byte position and never a part of the text (it may hold secrets).
Json parse_json(std::string_view text, const JsonLimits& limits = {});

// Keys sorted, no white space: equal values give equal bytes. Bad UTF-8 is replaced, so this never throws.
std::string canonical(const Json& value);

}  // namespace dfx
