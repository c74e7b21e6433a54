// Which programs a manifest's `read_only` rules declare; dfx and the fake host of the tests ask the same function.
#pragma once
#include <string>
#include <vector>

namespace dfx::sdk {

// `pattern` and `argv` word by word. "*" stands for one word and "..." at the end for any further ones; neither for a
// word that begins with "-", which could turn a harmless program into another.
inline bool matches_words(const std::vector<std::string>& pattern, const std::vector<std::string>& argv) {
  const auto is_option = [](const std::string& word) { return !word.empty() && word.front() == '-'; };
  std::size_t at = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i, ++at) {
    if (pattern[i] == "..." && i + 1 == pattern.size()) {
      for (; at < argv.size(); ++at)
        if (is_option(argv[at])) return false;
      return true;
    }
    if (at == argv.size()) return false;
    if (pattern[i] == "*" ? is_option(argv[at]) : pattern[i] != argv[at]) return false;
  }
  return !pattern.empty() && at == argv.size();
}

}  // namespace dfx::sdk
