#include "host/handed_secrets.hpp"

#include <atomic>

#include "core/model/json.hpp"
#include "host/secrets/crypto.hpp"

namespace dfx::host {
namespace {

// "lxd/lxd.instance/a#0123abcd." for everything that this call keeps.
std::string own_prefix(const CallContext& call) {
  const std::string& owner = call.address.empty() ? call.component : call.address;
  return owner + "#" + (call.operation_id.empty() ? call.function : call.operation_id) + ".";
}

}  // namespace

bool HandedSecrets::handed(const std::string& handle) const {
  const std::string own = own_prefix(x_call);
  if (handle.compare(0, own.size(), own) == 0) return true;
  return x_request.find(canonical(Json(handle))) != std::string_view::npos;
}

std::optional<std::string> HandedSecrets::reveal(const std::string& handle) {
  if (x_call.secrets == nullptr || !handed(handle)) return std::nullopt;
  return x_call.secrets->reveal(handle);
}

void HandedSecrets::keep(const std::string& handle, const std::string& value) {
  if (x_call.secrets != nullptr) x_call.secrets->keep(handle, value);
}

std::string HandedSecrets::redact(std::string text) const {
  return x_call.secrets != nullptr ? x_call.secrets->redact(std::move(text)) : text;
}

std::string keep_secret(CallContext& call, const std::string& value) {
  const std::uint32_t number = std::atomic_ref(call.kept).fetch_add(1) + 1;  // a plugin may use several threads
  const std::string place = own_prefix(call) + std::to_string(number);
  for (int version = 1;; ++version) {
    const std::string handle = version == 1 ? place : place + "-" + std::to_string(version);
    auto there = call.secrets->reveal(handle);
    const bool same = there == value;
    const bool taken = there.has_value();
    if (there) wipe(*there);
    if (taken && !same) continue;
    if (!taken) call.secrets->keep(handle, value);
    return handle;
  }
}

}  // namespace dfx::host
