// Base64 over bytes.
#pragma once
#include <string>
#include <string_view>

namespace dfx::sandbox {

std::string to_base64(std::string_view bytes);
// Empty if the text is no base64.
std::string from_base64(std::string_view text);

}  // namespace dfx::sandbox
