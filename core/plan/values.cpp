#include "core/plan/values.hpp"

#include "core/model/diagnostics.hpp"
#include "core/model/encode.hpp"

namespace dfx {
namespace {

Json unknown(const std::string& why) { return {{"$dfx", {{"unknown", why}}}}; }

bool is_unknown(const Json& value) {
  return value.is_object() && value.size() == 1 && value.contains("$dfx") && value["$dfx"].contains("unknown");
}

}  // namespace

Json Values::evaluate(std::string_view json) {
  Json value = parse_json(json);
  if (!has_nodes(json)) return value;
  return dfx::evaluate(value, [this](const std::string& address, const std::string& path) { return reference(address, path); });
}

std::optional<std::string> Values::evaluate_known(const std::string& json) {
  if (!has_nodes(json)) return json;
  const Json value = evaluate(json);
  if (contains_unknown(value)) return std::nullopt;
  return canonical(value);
}

Json Values::reference(const std::string& address, const std::string& path) {
  auto found = x_parsed.find(address);
  if (found == x_parsed.end()) {
    const auto text = x_text(address);
    found = x_parsed.emplace(address, text ? parse_json(*text) : unknown(address)).first;
  }
  const Json* at = &found->second;
  for (std::string_view rest = path; !rest.empty() && !is_unknown(*at);) {
    const std::size_t end = std::min(rest.find('/', 1), rest.size());
    const Json::json_pointer step{std::string(rest.substr(0, end))};
    if (!at->contains(step))
      throw Error("plan.no-such-output", "a reference asks for an output that is not there",
                  address + " has no output " + path);
    at = &at->at(step);
    rest.remove_prefix(end);
  }
  return *at;
}

}  // namespace dfx
