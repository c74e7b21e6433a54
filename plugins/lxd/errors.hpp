// What a refusal of an LXD daemon means, and what to do about it.
#pragma once
#include <dfx/sdk.hpp>

#include <string>

namespace dfx::lxd {

// `status`: of HTTP, or of the operation that failed (400). `words`: the daemon's own. `doing`: "making
// instance cp-a". Older daemons answer 500 to almost everything, so their words decide.
sdk::Failure refusal(const std::string& host, int status, const std::string& words, const std::string& doing);

// The daemon says that an object of this name is there already.
bool says_exists(const std::string& words);
// Something else is being done to the instance right now.
bool says_busy(const std::string& words);

}  // namespace dfx::lxd
