// What `GET /1.0` says about a daemon, and whether it is one that this plugin can work with.
#pragma once
#include <set>
#include <string>

#include "plugins/lxd/client.hpp"

namespace dfx::lxd {

struct Server {
  bool trusted = false;
  std::string version;
  std::string fingerprint;  // of its certificate, as it says itself
  std::set<std::string> extensions;

  bool has(const std::string& extension) const { return extensions.count(extension) != 0; }
};

// Throws Failure if the daemon is none that this plugin knows: Incus, a cluster, an API without instances.
Server read_server(const Client& client);

}  // namespace dfx::lxd
