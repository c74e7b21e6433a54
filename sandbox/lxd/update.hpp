// What making and changing an instance have in common.
#pragma once
#include <string>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

std::string repeated_profile(const Json& profiles);

// "volatile.eth0.hwaddr" and ".name" for the NICs that have none yet; those of NICs that are gone go.
void name_nics(Json& config, const Json& devices);

// The value of volatile.idmap.next.
std::string idmap_of(const Json& config);

// The daemon's words when the image does not fit on the disk.
std::string disk_full_on_unpack(const std::string& instance);

}  // namespace dfx::sandbox::lxd
