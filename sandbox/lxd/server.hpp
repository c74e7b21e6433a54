// What the daemon says about itself.
#pragma once
#include <string>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {

// The password that a new daemon takes for trust, as an administrator would have set it.
inline constexpr const char* k_trust_password = "sandbox";

// "192.168.0.10:8443" of "https://192.168.0.10:8443".
std::string authority_of(const std::string& origin);

const Json& api_extensions();

// The daemon's own certificate; throws Refusal 503 while the world has none for it.
std::string server_certificate_pem(Store::Session& session, const std::string& origin);
std::string server_fingerprint(Store::Session& session, const std::string& origin);

bool trust_password_fits(const Context& context, const std::string& password);
// The server's configuration with this trust password.
Json config_with_password(Json config, const std::string& password);

}  // namespace dfx::sandbox::lxd
