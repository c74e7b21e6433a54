// An instance between dfx's words and LXD's: what is wanted as API objects, API objects in the shape of what
// is wanted.
#pragma once
#include <string>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

// `desired` of lxd.instance:
//   name, host, type, image ("ubuntu/24.04" as written), user, address ("192.168.0.161/24")   a change of
//   these replaces cpu (number), memory, disk {size, pool}, config, devices, profiles, labels, protect,
//   autostart, state source (outputs of the image lookup), boot {user_data, network_config}, host_key, ready
//   {until, port}, stop_timeout                                                                         used
//   at creation, or by dfx only

// The body of POST /1.0/instances. `cloud_init_keys`: the daemon knows cloud-init.* (else user.*). `root`:
// the root disk of the profiles as {name: device}; only needed if `desired` has a disk without a pool.
Json create_body(const Json& desired, const Json& marker, bool cloud_init_keys, const Json& root);

// The disk at "/" as {name: device}; empty if there is none.
Json root_device(const Json& devices);
// Does creating it need to know the root disk of its profiles?
bool needs_profile_root(const Json& desired);

// The body of PUT /1.0/instances/NAME: `there` with what is wanted; what was wanted before and is not any
// more goes.
Json update_body(const Json& there, const Json& desired, const Json& before, const Json& marker);

// `there` (with expanded devices) in the shape of `desired`; create-only members are left out.
Json observed_instance(const Json& there, const Json& desired);

// "running", "stopped", "frozen" or what else the daemon says, in lower case.
std::string power_of(const Json& there);
// Was it made and never started?
bool never_started(const Json& there);

// "192.168.0.161" of "192.168.0.161/24".
std::string without_prefix(const std::string& cidr);

}  // namespace dfx::lxd
