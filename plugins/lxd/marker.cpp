#include "plugins/lxd/marker.hpp"

namespace dfx::lxd {

void write_marker(Json& config, const Json& marker) {
  config[k_marker_stack] = marker.at("stack");
  config[k_marker_environment] = marker.at("environment");
  config[k_marker_address] = marker.at("address");
  config[k_marker_generation] = std::to_string(marker.at("generation").get<std::uint64_t>());
  config[k_marker_operation] = marker.at("operation");
}

bool carries_marker(const Json& config, const Json& marker) {
  return text_at(config, k_marker_stack) == text_at(marker, "stack") &&
         text_at(config, k_marker_environment) == text_at(marker, "environment");
}

void judge_owner(Json& line, const Json& config, const Json& batch, const Json& item) {
  if (text_at(config, k_marker_stack).empty()) {
    line["owner"] = "foreign";
    return;
  }
  const bool known = item.contains("identity") && !item["identity"].is_null();
  const bool ours = carries_marker(config, batch.at("marker")) &&
                    (known || text_at(config, k_marker_address) == text_at(item, "address"));
  line["owner"] = ours ? "mine" : "other";
  line["marker"] = {{"stack", text_at(config, k_marker_stack)},
                    {"environment", text_at(config, k_marker_environment)},
                    {"address", text_at(config, k_marker_address)}};
  line["operation"] = text_at(config, k_marker_operation);
}

void require_ours(const Json& config, const Json& marker, const std::string& host, const std::string& what) {
  if (carries_marker(config, marker)) return;
  const std::string owner = text_at(config, k_marker_environment);
  throw sdk::Failure(DFX_CONFLICT, "lxd.not-ours", "an object that is not ours stands in the way",
                     what + " on host " + host +
                         (owner.empty() ? " was not made by dfx"
                                        : " belongs to environment `" + owner + "` of another state"),
                     "rename one of them, or remove it there first");
}

void require_ours_or_unmarked(const Json& config, const Json& marker, const std::string& host,
                              const std::string& what) {
  if (!text_at(config, k_marker_stack).empty()) require_ours(config, marker, host, what);
}

}  // namespace dfx::lxd
