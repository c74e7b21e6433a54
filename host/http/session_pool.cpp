#include "host/http/session_pool.hpp"

#include <algorithm>

namespace dfx::host {

std::unique_ptr<Session> SessionPool::take(const std::string& key) {
  const auto oldest = std::chrono::steady_clock::now() - x_max_age;
  const std::lock_guard lock(x_mutex);
  const auto found = std::find_if(x_idle.begin(), x_idle.end(), [&](const Idle& i) { return i.key == key; });
  if (found == x_idle.end() || found->since < oldest) return nullptr;
  auto session = std::move(found->session);
  x_idle.erase(found);
  return session;
}

void SessionPool::put(const std::string& key, std::unique_ptr<Session> session) {
  const auto now = std::chrono::steady_clock::now();
  std::list<Idle> closing;  // dies after the lock: closing a connection says goodbye to its server
  const std::lock_guard lock(x_mutex);
  x_idle.push_front({key, now, std::move(session)});
  while (!x_idle.empty() && (x_idle.size() > x_max_idle || x_idle.back().since < now - x_max_age))
    closing.splice(closing.begin(), x_idle, std::prev(x_idle.end()));
}

}  // namespace dfx::host
