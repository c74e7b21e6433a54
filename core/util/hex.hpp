// Hexadecimal digits, lower case. [any]
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace dfx {

std::string hex(std::string_view bytes);
// Of the system's random bytes, two digits each. Throws Error "crypto.failed" if it gives none.
std::string random_hex(std::size_t bytes);

}  // namespace dfx
