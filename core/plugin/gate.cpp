#include "core/plugin/gate.hpp"

#include "core/model/json_check.hpp"

namespace dfx {
namespace {

constexpr std::size_t k_most_checkpoint_bytes = 64u << 10;
constexpr std::size_t k_most_progress_bytes = 500;

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
  if (!x_open) return;
  std::string text(line.substr(0, k_most_progress_bytes));
  if (x_secrets != nullptr) text = x_secrets->redact(std::move(text));
  x_progress(text);
}

void Gate::checkpoint(std::string_view json) const {
  // It is put as it is into the next request of this operation.
  if (json.size() > k_most_checkpoint_bytes)
    throw Error("plugin.bad-checkpoint", "a plugin's checkpoint cannot be kept",
                std::to_string(json.size()) + " bytes are too many");
  if (const std::string problem = json_problem(json); !problem.empty())
    throw Error("plugin.bad-checkpoint", "a plugin's checkpoint cannot be kept", problem);
  const std::shared_lock lock(x_mutex);
  if (!x_open) throw given_up();
  x_checkpoint(json);
}

}  // namespace dfx
