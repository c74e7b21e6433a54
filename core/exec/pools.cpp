#include "core/exec/pools.hpp"

namespace dfx {

std::string pool_name(const Kind& kind, const std::string& connection) {
  const std::size_t open = kind.pool.find("{connection/");
  if (open == std::string::npos) return kind.pool;
  const std::size_t close = kind.pool.find('}', open);
  const std::string key = kind.pool.substr(open + 12, close - open - 12);
  const Json value = connection.empty() ? Json() : parse_json(connection);
  const std::string word = value.is_object() && value.contains(key) && value[key].is_string() ? value[key].get<std::string>() : "";
  return kind.pool.substr(0, open) + word + kind.pool.substr(close + 1);
}

bool Pools::enter(const std::string& pool, const Kind& kind, Waiter waiter) {
  if (pool.empty()) return true;
  Pool& p = x_pools[pool];
  if (kind.pool_size > 0 && p.taken >= kind.pool_size) {
    p.waiting.push(waiter);
    return false;
  }
  ++p.taken;
  return true;
}

std::optional<Pools::Waiter> Pools::leave(const std::string& pool) {
  if (pool.empty()) return std::nullopt;
  Pool& p = x_pools[pool];
  --p.taken;
  if (p.waiting.empty()) return std::nullopt;
  const Waiter next = p.waiting.top();
  p.waiting.pop();
  return next;
}

std::vector<Pools::Waiter> Pools::block(const std::string& pool) {
  Pool& p = x_pools[pool];
  p.blocked = true;
  std::vector<Waiter> out;
  for (; !p.waiting.empty(); p.waiting.pop()) out.push_back(p.waiting.top());
  return out;
}

bool Pools::blocked(const std::string& pool) const {
  const auto found = x_pools.find(pool);
  return found != x_pools.end() && found->second.blocked;
}

}  // namespace dfx
