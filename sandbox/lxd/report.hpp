// The simulated daemon as its owner sees it from outside.
#pragma once
#include <string>
#include <vector>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

// A machine and where it is, or will be once it runs.
struct Machine {
  std::string origin;
  std::string name;
  std::vector<std::string> addresses;  // without the prefix length
  bool ssh = false;                    // it answers on port 22
};
std::vector<Machine> machines(Store::Session& session, const std::string& origin, Micros now);

// {"kind", "instances": [{"name", "type", "status", "addresses", "image", "busy", "cloud_init", "ssh"}], "images": [...],
//  "volumes": [...], "profiles", "networks", "pools", "trusted": [names], "operations": running, "counts": {...}}
Json report(Store::Session& session, const std::string& origin, Micros now);

}  // namespace dfx::sandbox::lxd
