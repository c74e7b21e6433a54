// Text forms of bytes. [any]
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dfx::host {

using Bytes = std::vector<std::uint8_t>;

Bytes to_bytes(std::string_view text);
std::string to_text(const Bytes& bytes);

// Lower case.
std::string hex(const Bytes& bytes);
std::string base64(std::string_view raw, bool padded = true);
std::string base64(const Bytes& raw, bool padded = true);
// Strict: no white space, canonical last character, padding exactly as said. Nothing on anything else.
std::optional<Bytes> base64_decode(std::string_view text, bool padded = true);

}  // namespace dfx::host
