// What stands behind the port of one simulated server: its part of the world, its faults, its answers.
#pragma once
#include <functional>
#include <string>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::net {

// What a request meets before anybody looks at it.
struct Meeting {
  bool host_down = false;
  RequestFault fault;
};

// [any]
class Desk {
 public:
  // `store` is borrowed. `local`: this is the daemon's unix socket. `changed` is called after each commit that may
  // interest those who wait.
  Desk(Store& store, std::string origin, bool local, std::function<void()> changed);

  const std::string& origin() const { return x_origin; }
  bool local() const { return x_local; }

  bool host_down();
  // The newest event of the whole world: where a stream of events starts.
  std::int64_t last_event();
  // Is a connection cut as soon as it is accepted?
  bool turns_away();
  Meeting meet(const lxd::Request& request);
  // What it changes is durable when this returns.
  lxd::Reply answer(const lxd::Request& request, const RequestFault& fault);

 private:
  Store& x_store;
  std::string x_origin;
  bool x_local;
  std::function<void()> x_changed;
};

}  // namespace dfx::sandbox::net
