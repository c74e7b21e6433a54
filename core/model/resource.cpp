#include "core/model/resource.hpp"

#include "core/model/diagnostics.hpp"
#include "core/model/json_scan.hpp"

namespace dfx {
namespace {

Mode mode_from(const std::string& word) {
  if (word == "managed") return Mode::managed;
  if (word == "lookup") return Mode::lookup;
  if (word == "check") return Mode::check;
  throw Error("plugin.bad-manifest", "bad plugin manifest", "`" + word + "` is no mode of a kind");
}

Identity identity_from(const std::string& word) {
  if (word == "deterministic") return Identity::deterministic;
  if (word == "tokenised") return Identity::tokenised;
  if (word == "opaque") return Identity::opaque;
  throw Error("plugin.bad-manifest", "bad plugin manifest", "`" + word + "` is no identity of a kind");
}

void collect_paths(const Json& schema, const std::string& at, Kind& kind) {
  if (!schema.is_object()) return;
  if (schema.value("x-dfx-immutable", false)) kind.immutable_paths.push_back(at);
  if (schema.value("x-dfx-create-only", false)) kind.create_only_paths.push_back(at);
  if (schema.value("x-dfx-secret", false)) kind.secret_paths.push_back(at);
  if (schema.contains("properties"))
    for (const auto& [key, inner] : schema["properties"].items()) collect_paths(inner, at + "/" + key, kind);
  if (schema.contains("additionalProperties")) collect_paths(schema["additionalProperties"], at + "/*", kind);
  if (schema.contains("items")) collect_paths(schema["items"], at + "/*", kind);
}

// The address inside a `$dfx` node whose object is at hand; empty for any other node.
std::string referred(std::string_view node) {
  std::string out;
  const bool sound = scan_members(node, [&](std::string_view key, std::string_view raw) {
    if (key == "ref") out = std::string(plain_string(raw).value_or(""));
  });
  if (!sound) throw Error("json.invalid", "invalid JSON", "a `$dfx` node is no object");
  return out;
}

}  // namespace

Kind kind_from_manifest(const std::string& plugin, const Json& r) {
  try {
    Kind k;
    k.name = r.at("kind").get<std::string>();
    k.plugin = plugin;
    k.mode = mode_from(r.value("mode", "managed"));
    k.identity = identity_from(r.value("identity", "deterministic"));
    k.schema_version = r.value("schema_version", 1);
    k.pool = r.value("pool", "");
    k.pool_size = r.value("pool_size", 0);
    k.latched = r.value("latched", false);
    k.before_create = r.value("before_create", false);
    k.weight_ms = r.value("weight_ms", 1000);
    k.plans = r.value("plans", false);
    k.waits = r.value("waits", false);
    k.severe = r.value("severe", false);
    k.schema = r.value("schema", Json::object());
    k.outputs = r.value("outputs", Json::object());
    k.formerly = r.value("formerly", std::vector<std::string>());
    collect_paths(k.schema, "", k);
    Kind of_outputs;
    collect_paths(k.outputs, "", of_outputs);
    k.secret_output_paths = std::move(of_outputs.secret_paths);
    return k;
  } catch (const Json::exception& e) {
    throw Error("plugin.bad-manifest", "bad plugin manifest", "in a kind of plugin " + plugin + ": " + e.what());
  }
}

const char* to_string(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::needs: return "needs";
    case EdgeKind::contained_in: return "contained_in";
    case EdgeKind::hosted_on: return "hosted_on";
  }
  return "needs";
}

EdgeKind edge_kind_from(std::string_view word) {
  for (EdgeKind kind : {EdgeKind::needs, EdgeKind::contained_in, EdgeKind::hosted_on})
    if (word == to_string(kind)) return kind;
  throw Error("json.invalid", "invalid JSON", "`" + std::string(word) + "` is no kind of edge");
}

// Without a tree: this is done for every resource of every plan. Inside a string the quotes would be escaped.
std::vector<std::string> references_in(std::string_view json) {
  constexpr std::string_view k_key = "\"$dfx\"";
  std::vector<std::string> out;
  for (std::size_t at = json.find(k_key); at != std::string_view::npos; at = json.find(k_key, at + k_key.size())) {
    const std::size_t colon = json.find_first_not_of(" \t\r\n", at + k_key.size());
    if (colon == std::string_view::npos || json[colon] != ':') continue;  // a value, no key
    if (std::string to = referred(first_value(json.substr(colon + 1))); !to.empty()) out.push_back(std::move(to));
  }
  return out;
}

}  // namespace dfx
