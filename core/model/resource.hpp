// Kinds and resources: what a stack wants to exist, as its plugins expand it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/json.hpp"

namespace dfx {

enum class Mode { managed, lookup, check };
// How an object of this kind is found again: by its name, by a token that goes with create, or only by our marker.
enum class Identity { deterministic, tokenised, opaque };

// What a manifest says about a kind.
struct Kind {
  std::string name;
  std::string plugin;
  Mode mode = Mode::managed;
  Identity identity = Identity::deterministic;
  int schema_version = 1;
  std::string pool;      // may contain "{connection/<key>}"; empty = no limit of its own
  int pool_size = 0;     // 0 = unlimited
  bool before_create = false;  // a check: asked only before something is made where nothing is
  bool latched = false;  // one failure blocks the rest of the pool for this run
  int weight_ms = 1000;  // typical duration, for the order of work and the estimate
  bool plans = false;    // has a `plan` call of its own
  bool waits = false;    // done only when `health` says current
  bool severe = false;   // deleting loses data: asks for the stack's name
  Json schema;
  Json outputs;                                // schema of the outputs
  std::vector<std::string> immutable_paths;    // JSON pointers; "*" stands for any one key
  std::vector<std::string> create_only_paths;  // used at creation, later changes ignored
  std::vector<std::string> secret_paths;
  std::vector<std::string> secret_output_paths;  // the same, in the outputs
  std::vector<std::string> formerly;
};

// Reads a manifest's kind record and derives the path lists from its schema. Throws Error "plugin.bad-manifest".
Kind kind_from_manifest(const std::string& plugin, const Json& record);

enum class EdgeKind {
  needs,         // made after, deleted before
  contained_in,  // the parent's death deletes the child: no call needed
  hosted_on,     // the parent's replacement replaces the child, whose own delete runs first
};
const char* to_string(EdgeKind);
EdgeKind edge_kind_from(std::string_view);  // throws Error "json.invalid"

struct Edge {
  std::string to;  // address
  EdgeKind kind = EdgeKind::needs;
  bool operator==(const Edge&) const = default;
};

// One resource that the stack wants. Texts are JSON as its plugin wrote them, with `$dfx` nodes.
struct Resource {
  std::string address;
  std::string component;
  std::string kind;
  std::string desired = "{}";
  std::string connection;  // empty: the kind needs none
  std::vector<Edge> edges;  // declared ones and those of references, without duplicates
  bool protect = false;
  std::string on_delete;  // "", "keep" or "delete"
  std::string setting;    // JSON pointer into its component's settings: where people find it; or empty
};

// Addresses that `$dfx` ref nodes inside a JSON text name, in order of appearance, with repeats.
std::vector<std::string> references_in(std::string_view json);

}  // namespace dfx
