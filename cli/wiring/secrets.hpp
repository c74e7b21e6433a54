// The stack's secrets and the sealed ones, behind one vault.
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "core/config/stack.hpp"
#include "core/state/store.hpp"
#include "host/secrets/vault.hpp"

namespace dfx {

// [any, after construction]
class StackSecrets {
 public:
  // `store` may be null. Unless `writes`, what is kept lives as long as this object. In a sandbox every secret of the
  // stack file is made up: neither environment nor file nor command is touched. Throws Error "identity.*".
  StackSecrets(const Stack& stack, const std::filesystem::path& folder, Store* store, bool writes);
  ~StackSecrets();

  SecretVault& vault();
  // A salted digest of the value that `secret` (a handle such as "stack/token") has now.
  std::string version(const std::string& secret);
  // The same, and the recorded one where the value cannot be had. Empty: none is recorded.
  std::string version_or_recorded(const std::string& secret);
  // From now on a secret that a command tells cannot be had.
  void run_no_commands();
  // About how secrets lie around, of those that were read so far.
  Diagnostics warnings() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> x_impl;
};

}  // namespace dfx
