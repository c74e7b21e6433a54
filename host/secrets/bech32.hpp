// Bech32 (BIP 173) without its length limit, as age writes its keys.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "host/secrets/encoding.hpp"

namespace dfx::host {

struct Bech32 {
  std::string prefix;  // lower case
  Bytes data;
};

// `prefix` in lower case gives a text in lower case.
std::string bech32_encode(std::string_view prefix, const Bytes& data);
// Nothing on mixed case, a bad character, checksum or padding.
std::optional<Bech32> bech32_decode(std::string_view text);

}  // namespace dfx::host
