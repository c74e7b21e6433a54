// Strict YAML: text -> positioned tree, with every mistake at its place.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "core/config/node.hpp"
#include "core/model/diagnostics.hpp"

namespace dfx {

// Bounds on one stack file, aliases and references written out.
struct YamlLimits {
  static constexpr std::size_t k_file_bytes = 4u << 20;
  static constexpr std::size_t k_values = 200'000;
  static constexpr std::size_t k_expanded_bytes = 16u << 20;
  static constexpr std::uint32_t k_depth = 64;
};

// Parses one document. UTF-8 (BOM dropped, CRLF as LF); no tags, no merge keys, no duplicate keys, no second
// document. Semantic mistakes are reported together and the tree is returned without the faulty parts; a syntax
// mistake ends the parse: the result then is a null node at an unknown place. The text is kept for snippets
// (source_line). [any]
Node parse_yaml(std::string_view text, std::string file_name, Diagnostics& problems);

}  // namespace dfx
