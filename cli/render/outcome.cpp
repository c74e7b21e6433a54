#include "cli/render/outcome.hpp"

#include "cli/render/value.hpp"
#include "core/model/encode.hpp"

namespace dfx {
namespace {

void flatten_into(std::vector<std::pair<std::string, std::string>>& out, const std::string& path, const Json& value) {
  if (value.is_object() && !is_dfx_node(value) && !value.empty()) {
    for (const auto& [key, part] : value.items()) flatten_into(out, path.empty() ? key : path + "." + key, part);
    return;
  }
  out.emplace_back(path, value.is_string() ? display(value.get<std::string>()) : value_text(value));
}

}  // namespace

std::string outcome_text(const RunResult& r) {
  std::string out;
  const auto add = [&](std::size_t count, const char* text) {
    if (count > 0) out += (out.empty() ? "" : ", ") + std::to_string(count) + " " + text;
  };
  add(r.created, "created");
  add(r.updated, "updated");
  add(r.replaced, "replaced");
  add(r.removed, "deleted");
  add(r.forgotten, "forgotten");
  add(r.adopted, "adopted");
  add(r.waiting, "not ready yet");
  add(r.failed, "failed");
  add(r.skipped, "not started");
  add(r.in_doubt, "in doubt");
  add(r.outside, "outside the plan");
  return out.empty() ? "nothing" : out;
}

Json to_json(const RunResult& r, std::chrono::milliseconds elapsed) {
  return {{"counts",
           {{"created", r.created}, {"updated", r.updated}, {"replaced", r.replaced}, {"deleted", r.removed},
            {"forgotten", r.forgotten}, {"adopted", r.adopted}}},
          {"waiting", r.waiting},
          {"failed", r.failed},
          {"skipped", r.skipped},
          {"in_doubt", r.in_doubt},
          {"outside", r.outside},
          {"interrupted", r.interrupted},
          {"elapsed_ms", elapsed.count()}};
}

std::vector<std::pair<std::string, std::string>> flatten(const Json& value) {
  std::vector<std::pair<std::string, std::string>> out;
  if (!value.empty()) flatten_into(out, "", value);
  return out;
}

}  // namespace dfx
