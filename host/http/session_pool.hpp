// Idle connections, by where they go and as whom; for sources inside this folder.
#pragma once
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "host/http/session.hpp"

namespace dfx::host {

// [any]
class SessionPool {
 public:
  SessionPool(std::size_t max_idle, std::chrono::milliseconds max_age) : x_max_idle(max_idle), x_max_age(max_age) {}

  // The one used last, for this key; null if there is none that is young enough.
  std::unique_ptr<Session> take(const std::string& key);
  // Closes the oldest ones that are too many.
  void put(const std::string& key, std::unique_ptr<Session> session);

 private:
  struct Idle {
    std::string key;
    std::chrono::steady_clock::time_point since;
    std::unique_ptr<Session> session;
  };
  const std::size_t x_max_idle;
  const std::chrono::milliseconds x_max_age;
  std::mutex x_mutex;
  std::list<Idle> x_idle;  // newest first
};

}  // namespace dfx::host
