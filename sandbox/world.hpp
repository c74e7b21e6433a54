// The outside world that dfx simulates: servers on loopback over a world on disk that outlives every process.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/model/json.hpp"

namespace dfx::sandbox {

// Where something really listens; always loopback.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};

// A simulated world, kept in one folder. What a simulator has accepted is durable before it answers, and the state at
// any moment follows from the clock: the world goes on while nobody runs, and a kill -9 loses nothing.
// One folder may be open in several processes at once (a status beside an apply). Every call may come from any
// thread. Failures of the disk or of the network stack throw Error "sandbox.*".
class World {
 public:
  // Opens the world in `dir`, or makes it (mode 0700). Throws Error "sandbox.damaged" if what lies there is no world.
  explicit World(std::filesystem::path dir);
  // Stops serving; the world on disk stays.
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Serves the simulator `kind` ("lxd") for a logical origin such as "https://192.168.0.10:8443"; makes it the first
  // time. Idempotent. Throws Error "sandbox.unknown-kind" or "sandbox.bad-origin".
  void serve(const std::string& kind, const std::string& origin);

  // Where to connect for a logical destination: the origin of a simulator, or address:22 of a simulated machine.
  // Nothing: there is no route, the caller must refuse. An endpoint may refuse connections (host down, no SSH yet).
  std::optional<Endpoint> route(const std::string& host, std::uint16_t port);

  // SHA-256 of the server's certificate (DER), lower-case hex. Throws Error "sandbox.unknown-origin".
  std::string fingerprint(const std::string& origin);
  // Puts a client certificate into the server's trust store; one that is there already stays.
  void trust(const std::string& origin, const std::string& client_certificate_pem);
  // A one-use token as `lxc config trust add` prints it.
  std::string trust_token(const std::string& origin, const std::string& client_name);

  // What exists now: {"origins": {ORIGIN: what lxd/report.hpp says, "fingerprint", "down"}, "faults": the rules}.
  Json status() const;
  // Empties the world: objects, trust and faults go, origins and their certificates stay.
  void reset();

  // Takes away what lies in `dir`, whatever it is. REQUIRES: no World is open there.
  static void remove(const std::filesystem::path& dir);

  // The rules that bend this world (docs/sandbox-faults in sandbox/faults.hpp); kept on disk, read at each request.
  Json faults() const;
  // Replaces them. Throws Error "sandbox.bad-faults" and changes nothing if they make no sense.
  void set_faults(const Json& faults);

 private:
  struct Impl;
  std::unique_ptr<Impl> x_impl;
};

}  // namespace dfx::sandbox
