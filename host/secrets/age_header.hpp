// The header of an age file: stanzas, each the file key wrapped for one recipient, and a MAC over them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "host/secrets/age.hpp"

namespace dfx::host::age {


// Wraps the file key for each recipient (raw public keys).
std::string write_header(const Bytes& file_key, const std::vector<Bytes>& recipients);
// The file key, its MAC checked. `rest` is what follows the header. Throws Error "age.bad-file", "age.no-identity".
Bytes open_header(std::string_view file, const std::vector<AgeIdentity>& identities, std::string_view& rest);

[[noreturn]] void refuse_file(const std::string& why);

}  // namespace dfx::host::age
