// Percent-encoding in URLs.
#pragma once
#include <string>
#include <string_view>

namespace dfx::sandbox::lxd {

// What is no escape stays as it is.
std::string percent_decoded(std::string_view text);
// The same for a query, where "+" is a space.
std::string query_decoded(std::string_view text);

}  // namespace dfx::sandbox::lxd
