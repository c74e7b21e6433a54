// Which configuration keys instances and profiles may have, and what their values must look like.
#pragma once
#include <string>

#include "core/model/json.hpp"

namespace dfx::sandbox::lxd {

enum class InstanceKind { any, container, virtual_machine };

InstanceKind instance_kind(const std::string& type);

// The problem in the daemon's words, or empty. any + !expanded is a profile: it may not hold volatile or image keys.
std::string config_problem(const Json& config, InstanceKind kind, bool expanded);

// Of a volume in a pool; the words name it as "<project>_<name>".
std::string volume_config_problem(const Json& config, const std::string& name);

// Of a storage pool of driver "dir".
std::string pool_config_problem(const Json& config);

// Of a managed bridge.
std::string network_config_problem(const Json& config, const std::string& name);

}  // namespace dfx::sandbox::lxd
