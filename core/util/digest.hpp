// SHA-256.
#pragma once
#include <string>
#include <string_view>

namespace dfx {

// 64 lower-case hex digits. [any]
std::string sha256_hex(std::string_view bytes);

}  // namespace dfx
