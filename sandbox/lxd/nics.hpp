// Network devices: their rules and their conflicts.
#pragma once
#include <string>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

std::string nic_problem(const Context& context, const std::string& name, const Json& nic);

// Another instance on the same managed bridge with the same address, or the same MAC.
std::string nic_conflict(const Context& context, const std::string& instance, const std::string& name,
                         const Json& nic);

// Only options that the daemon changes without taking the device away and giving it back.
bool nic_changes_in_place(const Json& before, const Json& after);

}  // namespace dfx::sandbox::lxd
