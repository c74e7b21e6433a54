// Text across the boundary, and how a call ends that cannot go on.
#pragma once
#include <dfx/plugin.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace dfx::sdk {

using Json = nlohmann::json;

inline std::string_view view(dfx_bytes b) { return {b.data, static_cast<std::size_t>(b.size)}; }
inline dfx_bytes bytes(std::string_view s) { return {s.data(), s.size()}; }
inline std::string dump(const Json& j) { return j.dump(-1, ' ', false, Json::error_handler_t::replace); }

// Ends a call. `status` is one of DFX_INVALID ...; summary is constant text, detail and help are sentences.
class Failure : public std::runtime_error {
 public:
  Failure(std::int32_t status, std::string code, std::string summary, std::string detail = {}, std::string help = {})
      : std::runtime_error(summary), x_status(status), x_code(std::move(code)), x_detail(std::move(detail)),
        x_help(std::move(help)) {}
  std::int32_t status() const { return x_status; }
  const std::string& code() const { return x_code; }
  const std::string& detail() const { return x_detail; }
  const std::string& help() const { return x_help; }

 private:
  std::int32_t x_status;
  std::string x_code, x_detail, x_help;
};

}  // namespace dfx::sdk
