// What salts the digests that say whether a secret has changed.
#pragma once

namespace dfx {

// The handle of a random text that a vault makes once and keeps sealed: whoever sees plan or state cannot try out values
// on the digests in them.
inline constexpr const char* k_secret_salt = "dfx/salt";

}  // namespace dfx
