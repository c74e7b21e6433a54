// Devices of instances and profiles: what the daemon refuses, when, and in which words. Empty result: nothing wrong.
#pragma once
#include <string>

#include "sandbox/lxd/config_keys.hpp"
#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

// Device types that the daemon's database knows: others fail before anything is validated.
std::string unknown_type_problem(const Json& devices);

// Each device by itself. `expanded` null or empty: only `local` is looked at (profiles, first pass of an update).
std::string devices_problem(const Context& context, InstanceKind kind, const Json& local, const Json& expanded);

// The one root disk. Sets `problem` unless there is exactly one.
Json root_disk(const Json& expanded, std::string& problem);

// What only shows when disks join a new instance: their volumes and pools.
std::string attach_problem(const Context& context, InstanceKind kind, const Json& expanded);

// What only shows when the devices of an instance change from `before` to `after`: the same, and addresses that
// another instance has.
std::string change_problem(const Context& context, const std::string& instance, InstanceKind kind, const Json& before,
                           const Json& after);

// What only shows at start: addresses that another instance has, and parents that the host does not have.
std::string start_problem(const Context& context, const std::string& instance, const Json& expanded);

// What only shows when devices are added to a machine that runs.
std::string plug_problem(const Context& context, const Json& before, const Json& after);

// The managed network that a NIC is on, with its name as "name"; null if there is none.
Json managed_network_of(const Context& context, const Json& nic);

// Does the simulated host have this interface?
bool host_has_interface(const Context& context, const std::string& name);
// Interfaces that LXD does not manage: name and type.
const std::vector<std::pair<std::string, std::string>>& unmanaged_interfaces();

}  // namespace dfx::sandbox::lxd
