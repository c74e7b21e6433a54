// Sealed texts in memory.
#pragma once
#include <map>
#include <mutex>
#include <string>

#include "host/secrets/vault.hpp"

namespace dfx::host::test {

class MemoryStore : public SealedStore {
 public:
  std::optional<std::string> get(const std::string& handle) override {
    const std::lock_guard lock(x_mutex);
    const auto it = x_sealed.find(handle);
    if (it == x_sealed.end()) return std::nullopt;
    return it->second;
  }
  void put(const std::string& handle, const std::string& sealed) override {
    const std::lock_guard lock(x_mutex);
    x_sealed[handle] = sealed;
  }
  std::map<std::string, std::string> all() const {
    const std::lock_guard lock(x_mutex);
    return x_sealed;
  }

 private:
  mutable std::mutex x_mutex;
  std::map<std::string, std::string> x_sealed;
};

}  // namespace dfx::host::test
