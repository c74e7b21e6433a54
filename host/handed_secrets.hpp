// Secrets of one call: a handle opens only where it was handed to, and never changes its value.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/model/call.hpp"

namespace dfx::host {

// The vault as one call sees it: only handles that stand in the call's request, or that the call itself has kept.
// A plugin that guesses another component's handle finds nothing. [as the vault]
class HandedSecrets final : public SecretVault {
 public:
  // Both are borrowed.
  HandedSecrets(const CallContext& call, std::string_view request) : x_call(call), x_request(request) {}

  std::optional<std::string> reveal(const std::string& handle) override;
  void keep(const std::string& handle, const std::string& value) override;
  std::string redact(std::string text) const override;

 private:
  bool handed(const std::string& handle) const;

  const CallContext& x_call;
  std::string_view x_request;
};

// Seals a value for a call and gives its handle: "<address>#<operation>.1", "...2" in the order of the call; without
// an operation the function's name stands there. The same value in the same place keeps its handle, another one gets a
// new handle, so that whoever uses it sees that it changed.
std::string keep_secret(CallContext& call, const std::string& value);

}  // namespace dfx::host
