// Small things about text. [any]
#pragma once
#include <string>

namespace dfx {

// ASCII letters only, whatever the locale.
inline std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace dfx
