// The rules that bend the simulated world.
//
//   {"latency": {"create": 0.15, ...},      seconds; the words are the members of Latency
//    "rules": [{MATCH, EFFECT}, ...]}       the first rule of each effect that matches counts
//
// MATCH (all optional): "origin", "method", "path" (a pattern with *, without the query), "machine";
//   "skip": N lets the first N matches pass, "times": M ends the rule after M hits.
// EFFECT (exactly one):
//   "error": {"status": 503, "message": "..."}   answered instead of doing anything
//   "delay": 2                                   seconds before the request is looked at
//   "drop": "accept" | "before" | "after"        the connection is cut: at once, before or after the effect
//   "operation": {"error": "..."}                what the request starts is accepted and fails
//   "operation": {"seconds": 30}                 ... or takes that long
//   "host": "down"                               nothing listens any more
//   "disk": "full"                               whatever needs space fails as the real server does
//   "guest": {"address": S, "cloud_init": S, "ssh": "never", "shutdown": "never"}
//                                                S: seconds after the start, "never", cloud_init also "error"
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/model/json.hpp"
#include "sandbox/store.hpp"

namespace dfx::sandbox {

// Seconds that things take when no rule says otherwise.
struct Latency {
  double create = 0.15;
  double start = 0.08;
  double address = 0.10;     // after the start
  double cloud_init = 0.35;  // after the start
  double stop = 0.08;
  double remove = 0.04;
  double image = 0.25;
  double update = 0.01;
  double exec = 0.01;
};

enum class Drop { none, accept, before, after };

// What one request meets.
struct RequestFault {
  Drop drop = Drop::none;
  double delay = 0;
  int status = 0;  // not 0: answer this error
  std::string message;
  std::optional<std::string> operation_error;
  std::optional<double> operation_seconds;
};

// What a machine meets when it starts. Negative: never.
struct GuestFault {
  std::optional<double> address;
  std::optional<double> cloud_init;
  bool cloud_init_error = false;
  bool ssh_never = false;
  bool shutdown_never = false;
};

// A read-only view of the rules. Counting rules live in the store, hence the session.
class Faults {
 public:
  static Faults load(Store::Session& session);
  // Throws Error "sandbox.bad-faults" if the rules make no sense.
  static void check(const Json& rules);
  static void save(Store::Session& session, const Json& rules);
  static Json as_json(Store::Session& session);

  const Latency& latency() const { return x_latency; }
  bool bends_requests() const { return x_bends_requests; }
  bool host_down(const std::string& origin) const;
  bool disk_full(const std::string& origin) const;
  bool drops_on_accept(const std::string& origin, Store::Session& session) const;
  RequestFault for_request(const std::string& origin, const std::string& method, const std::string& path,
                           Store::Session& session) const;
  GuestFault for_guest(const std::string& origin, const std::string& machine, Store::Session& session) const;

 private:
  bool state_rule(const std::string& origin, const char* key, const char* value) const;
  bool counts(std::size_t index, Store::Session& session) const;
  Json x_rules = Json::array();
  Latency x_latency;
  bool x_bends_requests = false;
};

}  // namespace dfx::sandbox
