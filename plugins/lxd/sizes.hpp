// Sizes as people and LXD write them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace dfx::lxd {

// "4GiB", "512MB", "1024" in bytes; nothing on anything else.
std::optional<std::uint64_t> parse_size(const std::string& text);
// "3.7GiB", for messages.
std::string format_size(std::uint64_t bytes);
// Two spellings of one size are the same size.
bool same_size(const std::string& a, const std::string& b);

}  // namespace dfx::lxd
