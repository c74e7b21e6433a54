// The payload of an age file: 64 KiB chunks, each sealed, the last one marked.
#pragma once
#include <string>
#include <string_view>

#include "host/secrets/encoding.hpp"

namespace dfx::host::age {

std::string write_payload(const Bytes& file_key, std::string_view plain);
// Throws Error "age.bad-file".
std::string open_payload(const Bytes& file_key, std::string_view payload);

}  // namespace dfx::host::age
