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

// {"kind", "instances": {NAME: {"type", "status", "addresses", "image", "ssh", "busy", "cloud_init"}},
//  "images": {FINGERPRINT: {"type", "description", "aliases"}}, "volumes": {"POOL/NAME": {"content_type", "size"}},
//  "profiles", "networks", "pools", "trusted": [NAME], "operations": how many run, "counts": {...}}
Json report(Store::Session& session, const std::string& origin, Micros now);

}  // namespace dfx::sandbox::lxd
