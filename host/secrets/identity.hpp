// The workspace's own key: a file in the form that `age -i` reads.
#pragma once
#include <filesystem>
#include <optional>

#include "host/secrets/age.hpp"

namespace dfx::host {

// Reads the identity file, or makes it (mode 0600, durable before it returns, never over an existing one; two
// processes that make it at once end with the same key). Throws Error "identity.unsafe" if others may read it,
// "identity.bad-file" if it holds no key or cannot be read or written.
AgeIdentity open_identity(const std::filesystem::path& file);

// Reads it as open_identity does; nothing if there is none.
std::optional<AgeIdentity> find_identity(const std::filesystem::path& file);

}  // namespace dfx::host
