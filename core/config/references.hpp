// References inside scalars: ${var.x.y}, ${secret.x}, ${component.output.path}; "$${" stands for "${".
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/node.hpp"
#include "core/model/diagnostics.hpp"

namespace dfx {

struct Reference {
  enum class Kind { variable, secret, output };
  Kind kind = Kind::variable;
  std::string head;                 // the secret or the component; empty for a variable
  std::vector<std::string> path;    // the rest, without "var" or "secret"
  std::string text;                 // as written, with ${ }
  std::size_t offset = 0;           // bytes from the start of the scalar's text
};

// A piece of a scalar: literal text (escapes resolved), or a reference.
struct Segment {
  std::string literal;
  std::optional<Reference> reference;
};

// Splits a scalar's text. A text without references is one literal segment. Malformed references become errors
// ("config.bad-reference") at their place and vanish from the result.
std::vector<Segment> scan_references(const Node& scalar, Diagnostics& problems);

// Replaces every ${var.…} below `node` by what `variables` (a mapping or null) says. A scalar that is one reference
// takes the variable's node whatever its kind; inside longer text only scalars can stand. Other references stay.
// Unknown variables, rings and results over the limits of YamlLimits are errors. Subtrees without references are shared.
Node substitute_variables(const Node& node, const Node& variables, Diagnostics& problems);

}  // namespace dfx
