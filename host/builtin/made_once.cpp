#include "host/builtin/made_once.hpp"

namespace dfx::host {
namespace {

constexpr int k_typical_ms = 20;

Json rotate_property() {
  return {{"description", "any number or text; when it changes, a new one is made and the old one is forgotten"},
          {"oneOf", {{{"type", "integer"}}, {{"type", "string"}}}}};
}

// The value with its defaults: saying a default aloud is no change.
Json value_of(const Json& desired, const std::string& key, const Json& property) {
  if (desired.is_object() && desired.contains(key)) return desired[key];
  return property.value("default", Json());
}

std::string why(const std::string& key) {
  return key == "rotate" ? "it was changed to have a new one made" : "what is made once cannot be changed";
}

Json prediction(const Json& item, const Json& schema_properties) {
  Json replace = Json::array(), ignore = Json::array();
  for (const auto& [key, property] : schema_properties.items()) {
    if (property.value("x-dfx-create-only", false)) continue;
    const bool same = value_of(item["desired"], key, property) == value_of(item["prior"], key, property);
    if (same) ignore.push_back("/" + key);
    else replace.push_back({{"path", "/" + key}, {"why", why(key)}});
  }
  return {{"address", item["address"]}, {"replace", replace}, {"ignore", ignore}};
}

}  // namespace

Json MadeOnce::describe() const {
  Json all = properties();
  all["rotate"] = rotate_property();
  return {{"kind", name()},
          {"mode", "managed"},
          {"schema_version", 1},
          {"identity", "deterministic"},
          {"weight_ms", k_typical_ms},
          {"plans", true},
          {"schema", {{"type", "object"}, {"description", description()}, {"properties", all}, {"required", required()}}},
          {"outputs", {{"type", "object"}, {"properties", outputs()}}}};
}

void MadeOnce::plan(const sdk::Call& call, const Json& batch) const {
  const Json properties = describe()["schema"]["properties"];
  for (const Json& item : batch.at("items"))
    if (item.at("prior").is_object()) call.respond(prediction(item, properties));
}

void MadeOnce::read(const sdk::Call& call, const Json& batch) const {
  for (const Json& item : batch.at("items")) {
    Json line = {{"address", item.at("address")}, {"result", item.at("identity").is_null() ? "absent" : "present"}};
    if (!item["identity"].is_null()) {
      line["owner"] = "mine";
      line["identity"] = item["identity"];
      line["observed"] = item.at("desired");
    }
    call.respond(line);
  }
}

Json MadeOnce::apply(const sdk::Call& call, const Json& change) const {
  const std::string action = change.at("action");
  if (action == "delete") return Json::object();
  if (action != "create")
    throw sdk::Failure(DFX_UNSUPPORTED, "core.made-once", "an object that is made once cannot be changed",
                       change.at("address").get<std::string>() + " can only be replaced", "run `dfx plan` again");
  const Json checkpoint = change.value("checkpoint", Json());
  if (checkpoint.is_object()) return checkpoint;
  const Made made = make(call, change.at("desired"));
  const Json answer = {{"identity", made.identity}, {"outputs", made.outputs}};
  call.checkpoint(answer);
  return answer;
}

}  // namespace dfx::host
