// A vault in memory, without sealing: for tests of what goes into it.
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "core/model/call.hpp"
#include "core/model/secret_salt.hpp"

namespace dfx::fakes {

// [any]
class MemoryVault final : public SecretVault {
 public:
  std::optional<std::string> reveal(const std::string& handle) override {
    if (handle == k_secret_salt) return "salt";
    const std::lock_guard lock(x_mutex);
    const auto found = x_values.find(handle);
    if (found == x_values.end()) return std::nullopt;
    return found->second;
  }
  void keep(const std::string& handle, const std::string& value) override {
    const std::lock_guard lock(x_mutex);
    x_values[handle] = value;
    ++x_writes;
  }
  std::string redact(std::string text) const override {
    const std::lock_guard lock(x_mutex);
    for (const auto& [handle, value] : x_values)
      for (std::size_t at = 0; (at = text.find(value, at)) != std::string::npos;) text.replace(at, value.size(), "(secret)");
    return text;
  }
  int writes() const {
    const std::lock_guard lock(x_mutex);
    return x_writes;
  }
  std::map<std::string, std::string> values() const {
    const std::lock_guard lock(x_mutex);
    return x_values;
  }

 private:
  mutable std::mutex x_mutex;
  std::map<std::string, std::string> x_values;
  int x_writes = 0;
};

}  // namespace dfx::fakes
