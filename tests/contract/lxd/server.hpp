// The server under test: the lab's real daemon, or the simulator.
#pragma once
#include <string>

#include "tests/contract/lxd/client.hpp"

namespace dfx::contract {

struct Server {
  std::string host;
  std::string port;
  std::string password;     // core.trust_password
  std::string fingerprint;  // of its certificate
  bool real = false;

  Client client(const Identity& identity) const { return {host, port, identity}; }
};

// DFX_CONTRACT_LAB=lab.json names a lab (its host kkh); without it the simulator is started in this process.
// Made once, ended with the process.
const Server& server();
// The simulator, in this process until it ends; it trusts `identity`.
Server start_sandbox(const Identity& identity);
// A client that the server trusts, made once.
const Client& trusted();

// The local image that instances are made of. Made once where the server has none (the simulator pulls it).
inline const char* const k_image = "debian/12/cloud";

}  // namespace dfx::contract
