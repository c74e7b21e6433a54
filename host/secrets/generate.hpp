// Random texts. [any]
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace dfx::host {

// Letters and digits.
extern const std::string_view k_default_charset;

// Evenly distributed over the charset (ASCII, at least 2 different characters). Throws Error "generate.bad-request".
std::string random_text(std::size_t length, std::string_view charset = k_default_charset);
// Lower case, two digits per byte.
// Version 4.
std::string random_uuid();
// Locally administered, unicast, colons: "02:..." to "fe:...".
std::string random_mac();

}  // namespace dfx::host
