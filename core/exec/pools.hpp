// How many operations may use one API at once.
#pragma once
#include <string>
#include <unordered_map>

#include "core/model/resource.hpp"

namespace dfx {

// A kind's pool for one connection: "lxd:{connection/name}" becomes "lxd:kkh". Empty: no limit.
std::string pool_name(const Kind& kind, const std::string& connection);

// [one thread]
class Pools {
 public:
  // True if a place was free; it is taken now. A latched pool that is blocked has none.
  bool enter(const std::string& pool, const Kind& kind);
  void leave(const std::string& pool);
  // One operation of a latched pool failed: the rest of the pool waits for another run.
  void block(const std::string& pool) { x_pools[pool].blocked = true; }
  bool blocked(const std::string& pool) const;

 private:
  struct Pool {
    int taken = 0;
    bool blocked = false;
  };
  std::unordered_map<std::string, Pool> x_pools;
};

}  // namespace dfx
