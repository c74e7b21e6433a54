// Is a machine up? A ladder: running, agent, address, cloud-init, host key, SSH. The rung that is not reached
// says so.
#pragma once
#include <string>

#include "plugins/lxd/client.hpp"

namespace dfx::lxd {

struct Readiness {
  const char* status = "in_progress";  // a word of health
  std::string message;
  std::string address;   // as the machine has it; empty: not known yet
  std::string evidence;  // the last lines of its console, unless it is ready
};

// `there`: the instance with its state (recursion=2), or null if it is gone. Reads only. Throws Failure.
Readiness climb(const Client& client, const Json& there, const Json& desired);

}  // namespace dfx::lxd
