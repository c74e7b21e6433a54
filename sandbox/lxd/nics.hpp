// Network devices: their rules and their conflicts.
#pragma once
#include <string>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

std::string nic_problem(const Context& context, const std::string& name, const Json& nic);

// Another instance on the same managed bridge with the same address, or the same MAC.
std::string nic_conflict(const Context& context, const std::string& instance, const std::string& name,
                         const Json& nic);

}  // namespace dfx::sandbox::lxd
