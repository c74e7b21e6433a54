// Reading the top level of a JSON object without building a tree: bulk answers of plugins are one object per line,
// and most of their bytes are only compared or stored.
#pragma once
#include <functional>
#include <optional>
#include <string_view>

namespace dfx {

// Calls `member(key, raw value)` for each member of the object in `text`; both views point into `text`.
// Checks nesting, strings and separators, not the inside of scalars: parse a raw value before trusting it.
// False, with members possibly already delivered, if `text` is no object, a key has an escape, or brackets do not match.
bool scan_members(std::string_view text, const std::function<void(std::string_view key, std::string_view raw)>& member);

// The same for the items of an array.
bool scan_items(std::string_view text, const std::function<void(std::string_view raw)>& item);

// The raw value that `text` begins with, after white space; empty if there is none.
std::string_view first_value(std::string_view text);

// The text of a raw string without escapes; nothing for any other raw value (then parse it).
std::optional<std::string_view> plain_string(std::string_view raw);

// Calls `line(view)` for each non-empty line.
void each_line(std::string_view text, const std::function<void(std::string_view)>& line);

}  // namespace dfx
