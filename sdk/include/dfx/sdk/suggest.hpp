// What somebody may have meant who wrote a word that is none of those that are known.
#pragma once
#include <dfx/sdk/failure.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace dfx::sdk {

namespace detail {

// Edits between two words.
inline std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
      corner = above;
    }
  }
  return row.back();
}

}  // namespace detail

// "did you mean `kkh`?", or the list of what there is. `known`: an object whose keys are the words.
inline std::string did_you_mean(const std::string& word, const Json& known) {
  std::string best, list;
  std::size_t least = 3;
  for (const auto& [name, value] : known.items()) {
    list += (list.empty() ? "" : ", ") + name;
    const std::size_t d = detail::distance(word, name);
    if (d < least) {
      least = d;
      best = name;
    }
  }
  if (!best.empty()) return "did you mean `" + best + "`?";
  return list.empty() ? "there is none" : "there are: " + list;
}

}  // namespace dfx::sdk
