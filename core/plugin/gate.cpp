#include "core/plugin/gate.hpp"

#include <utility>

namespace dfx {
namespace {

Error given_up() { return Error("plugin.call-given-up", "the host has given up this call", "nothing that it does now is kept"); }

}  // namespace

std::optional<std::string> Gate::reveal(const std::string& handle) {
  const std::shared_lock lock(x_mutex);
  return x_open ? x_secrets->reveal(handle) : std::nullopt;
}

void Gate::keep(const std::string& handle, const std::string& value) {
  const std::shared_lock lock(x_mutex);
  if (!x_open) throw given_up();
  x_secrets->keep(handle, value);
}

std::string Gate::redact(std::string text) const {
  const std::shared_lock lock(x_mutex);
  return x_open ? x_secrets->redact(std::move(text)) : "(secret)";
}

void Gate::progress(std::string_view line) const {
  const std::shared_lock lock(x_mutex);
  if (x_open) x_progress(line);
}

void Gate::checkpoint(std::string_view json) const {
  const std::shared_lock lock(x_mutex);
  if (!x_open) throw given_up();
  x_checkpoint(json);
}

}  // namespace dfx
