// From a machine's settings to what lxd.instance wants.
#pragma once
#include "plugins/lxd/keys.hpp"
#include "plugins/lxd/settings.hpp"

namespace dfx::lxd {

// `login`: the key that dfx logs in with; `own`: the machine's host key; `image`: address of its image
// lookup.
Json desired_instance(const Machine& machine, const Settings& settings, const KeyPair& login,
                      const KeyPair& own, const std::string& image);

}  // namespace dfx::lxd
