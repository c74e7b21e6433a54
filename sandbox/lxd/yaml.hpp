// The part of YAML that cloud-init's files use, read into JSON: every scalar is a text, or null when it is empty.
#pragma once
#include <string>

#include "core/model/json.hpp"

namespace dfx::sandbox::lxd {

// What is wrong, in the words "yaml: line 3: ...".
struct YamlProblem {
  std::string message;
};

// Block and flow collections, quoted and plain scalars, literal and folded blocks, comments. Tags, anchors, aliases
// and several documents are refused. Throws YamlProblem.
Json read_yaml(const std::string& text);

}  // namespace dfx::sandbox::lxd
