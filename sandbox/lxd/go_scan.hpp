// Where Go's encoding/json would stop, and with which words.
#pragma once
#include <string_view>

namespace dfx::sandbox::lxd {

// The first JSON value in `text`; what follows it is not looked at, as Go's decoder does. Throws Refusal 400 with Go's
// text; "EOF" if there is nothing at all. Deep nesting is refused earlier than Go does.
std::string_view first_json_value(std::string_view text);

}  // namespace dfx::sandbox::lxd
