// The inside of a simulated machine at a moment: addresses, cloud-init's results, SSH. All of it follows from when
// the machine was started.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

// The moments of one boot, as stored under "sim"; never: they do not come.
struct Boot {
  std::optional<Micros> address;
  std::optional<Micros> cloud_init;
  bool cloud_init_error = false;
};
Boot boot_of(const Json& instance);

// "user-data" or "network-config" as the guest gets it, under its newer or its older key.
std::string cloud_text(const Context& context, const Json& instance, const char* what);

// What the guest should have, each "192.168.0.161/24"; empty if nothing gives it one.
std::vector<std::string> wanted_addresses(const Context& context, const Json& instance);

// GET /1.0/instances/X/state.
Json render_state(const Context& context, const Json& instance);

// Is the agent of a virtual machine there? (Containers need none.)
bool reachable_inside(const Json& instance, Micros now);
bool ssh_ready(const Json& instance, Micros now);

// What the console has shown so far.
std::string console_text(const Json& instance, Micros now);
// cloud-init status --format json.
Json cloud_init_status(const Json& instance, Micros now);

}  // namespace dfx::sandbox::lxd
