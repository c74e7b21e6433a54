// Values of a stack as people read them; secrets never come out.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "core/model/json.hpp"

namespace dfx {

// One line, safe for a terminal: "(secret)" and "(known after apply)" in the place of such nodes.
std::string value_text(const Json& value);
// The same value with every `$dfx` node as such a text: for JSON results.
Json without_nodes(const Json& value);

// "3s", "4m12s", "2h05m", "3d".
std::string duration_text(std::chrono::milliseconds duration);
// The same with tenths below ten seconds: "0.3s".
std::string short_duration_text(std::chrono::milliseconds duration);
// "640 MiB", "70 GiB".
std::string size_text(std::uintmax_t bytes);
// "just now", "3m ago"; `then` in milliseconds since 1970.
std::string age_text(std::int64_t then_ms, std::int64_t now_ms);
// "1 resource", "2 resources".
std::string count_text(std::size_t count, const std::string& noun);
// "2024-05-01T12:03:44.120Z".
std::string time_text(std::int64_t ms);
// Milliseconds since 1970.
std::int64_t now_ms();

}  // namespace dfx
