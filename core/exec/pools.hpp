// How many operations may use one API at once.
#pragma once
#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/model/resource.hpp"

namespace dfx {

// A kind's pool for one connection: "lxd:{connection/name}" becomes "lxd:kkh". Empty: no limit.
std::string pool_name(const Kind& kind, const std::string& connection);

// [one thread]
class Pools {
 public:
  // Who waits for a place: the longer the path that hangs on a step, the earlier its turn.
  using Waiter = std::pair<std::uint64_t, std::uint32_t>;  // remaining path, step

  // True if a place was free; it is taken now. Otherwise the waiter comes out of a later leave() or block().
  bool enter(const std::string& pool, const Kind& kind, Waiter waiter);
  // Gives the place back; the next waiter, if there is one, may try again.
  std::optional<Waiter> leave(const std::string& pool);
  // One operation of a latched pool failed: the rest of the pool waits for another run. All who waited.
  std::vector<Waiter> block(const std::string& pool);
  bool blocked(const std::string& pool) const;

 private:
  struct Pool {
    int taken = 0;
    bool blocked = false;
    std::priority_queue<Waiter> waiting;
  };
  std::unordered_map<std::string, Pool> x_pools;
};

}  // namespace dfx
