// The daemon's own configuration keys.
#pragma once
#include <string>

#include "core/model/json.hpp"

namespace dfx::sandbox::lxd {

// What is wrong with setting `key` to `value`, in the daemon's words, or empty. Null takes a key away.
std::string server_key_problem(const std::string& key, const Json& value);

}  // namespace dfx::sandbox::lxd
