#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "sandbox/world.hpp"
#include "tests/contract/lxd/server.hpp"

namespace dfx::contract {
namespace {

const std::string k_origin = "https://192.168.0.10:8443";

// A folder of this process, gone with it.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "dfx-contract-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
    path = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

}  // namespace

Server start_sandbox(const Identity& identity) {
  static const Folder folder;
  static sandbox::World world(folder.path / "world");
  world.serve("lxd", k_origin);
  const auto endpoint = world.route("192.168.0.10", 8443);
  if (!endpoint) throw std::runtime_error("the sandbox has no route to its own server");
  Server out{endpoint->host, std::to_string(endpoint->port), "open sesame", world.fingerprint(k_origin),
             false};
  world.trust(k_origin, identity.certificate);
  const Client client = out.client(identity);
  const Answer set = client.patch("/1.0", {{"config", {{"core.trust_password", out.password}}}});
  if (set.status != 200) throw std::runtime_error("cannot set the password: " + set.body);
  return out;
}

}  // namespace dfx::contract
