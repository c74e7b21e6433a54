// "did you mean": the nearest known word.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dfx {

// Edits between two words: insert, drop, replace or swap of neighbours (optimal string alignment), in bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate with the fewest edits, at most max(1, length/3) of them; the first of equals. Nothing when all are
// farther, or when the word itself is a candidate's exact copy is returned as it is.
std::optional<std::string> suggest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace dfx
