// A trust token as `lxc config trust add` prints it.
#pragma once
#include <optional>
#include <string>

namespace dfx::lxd {

struct TrustToken {
  std::string name;
  std::string fingerprint;  // of the server's certificate: the pin of the very first contact
};

// Nothing if the text is no token.
std::optional<TrustToken> parse_token(const std::string& text);

// Nothing if the text is not base64.
std::optional<std::string> decode_base64(const std::string& text);

}  // namespace dfx::lxd
