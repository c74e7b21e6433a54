// What the name of an image in a stack file may mean.
#pragma once
#include <optional>
#include <string>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

struct ImageName {
  std::string local;   // alias or fingerprint on the host itself, asked for first; empty: none
  std::string server;  // simplestreams server that has it otherwise; empty: none
  std::string alias;   // its name there
};

// "ubuntu:24.04", "images:debian/12/cloud", "local:mine", "ubuntu/24.04", "debian/12", "0a1b2c3d4e5f".
// `remotes`: further servers by name. Nothing if it names a remote that nobody knows.
std::optional<ImageName> parse_image(const std::string& text, const Json& remotes);

// The remotes that are always known.
const Json& known_remotes();

}  // namespace dfx::lxd
