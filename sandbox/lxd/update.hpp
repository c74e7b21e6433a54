// What making and changing an instance have in common.
#pragma once
#include <string>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

std::string repeated_profile(const Json& profiles);

// A key without a value is no key.
void drop_empty(Json& config);

// "volatile.eth0.hwaddr" and ".name" for the NICs that have none yet; a name of the device's own takes ".name" away.
void name_nics(Json& config, const Json& devices);

// The value of volatile.idmap.next.
std::string idmap_of(const Json& config);

// The daemon's words when the image does not fit on the disk.
std::string disk_full_on_unpack(const std::string& instance);

}  // namespace dfx::sandbox::lxd
