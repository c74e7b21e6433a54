// Problems as short lines, "code line:column", so that a test can say all of them at once.
#pragma once
#include <string>

#include "core/config/stack.hpp"

namespace dfx {

inline std::string short_form(const Diagnostics& problems) {
  std::string out;
  for (const Diagnostic& d : problems.list()) {
    out += (out.empty() ? "" : "; ") + d.code + " " + std::to_string(d.place.line) + ":" + std::to_string(d.place.column);
    if (d.other_place.known()) out += " (" + std::to_string(d.other_place.line) + ":" + std::to_string(d.other_place.column) + ")";
  }
  return out;
}

// The problems that keep a stack from loading; empty if it loads.
inline Diagnostics problems_of(const std::string& text, const std::optional<std::string>& environment = std::nullopt) {
  Diagnostics warnings;
  try {
    load_stack_text(text, "stack.yaml", environment, warnings);
  } catch (const Error& e) {
    return e.diagnostics();
  }
  return {};
}

}  // namespace dfx
