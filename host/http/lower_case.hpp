// ASCII in lower case, whatever the locale; for sources inside this folder.
#pragma once
#include <string>

namespace dfx::host {

inline std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return text;
}

}  // namespace dfx::host
