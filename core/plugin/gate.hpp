// What a call may use of its caller. Closed when the caller gives the call up: what comes later finds nothing.
#pragma once
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "core/model/call.hpp"

namespace dfx {

// The caller's vault, progress and journal, borrowed until close(). [any]
class Gate final : public SecretVault {
 public:
  explicit Gate(const CallContext& caller)
      : x_secrets(caller.secrets), x_progress(caller.progress), x_checkpoint(caller.checkpoint) {}

  // Waits for what is being used at this moment.
  void close() {
    const std::unique_lock lock(x_mutex);
    x_open = false;
  }

  bool has_secrets() const { return x_secrets != nullptr; }
  bool has_progress() const { return static_cast<bool>(x_progress); }
  bool has_checkpoint() const { return static_cast<bool>(x_checkpoint); }

  std::optional<std::string> reveal(const std::string& handle) override;
  void keep(const std::string& handle, const std::string& value) override;
  std::string redact(std::string text) const override;
  void progress(std::string_view line) const;
  // Throws Error "plugin.call-given-up" once closed.
  void checkpoint(std::string_view json) const;

 private:
  mutable std::shared_mutex x_mutex;
  bool x_open = true;
  SecretVault* const x_secrets;
  const std::function<void(std::string_view)> x_progress, x_checkpoint;
};

}  // namespace dfx
