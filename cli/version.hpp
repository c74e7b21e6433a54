// What this build is.
#pragma once
#include <dfx/plugin.h>
#include <dfx/version.h>

#include <string>

namespace dfx {

#if defined(__x86_64__)
inline constexpr const char* k_platform = "linux-x86_64";
#else
inline constexpr const char* k_platform = "linux-aarch64";
#endif

// "dfx 0.4.1 (abi 0, linux-x86_64)"
inline std::string version_line() {
  return "dfx " DFX_VERSION_STRING " (abi " + std::to_string(DFX_ABI_MAJOR) + ", " + k_platform + ")";
}

}  // namespace dfx
