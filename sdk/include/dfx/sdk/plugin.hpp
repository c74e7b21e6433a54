// What a plugin author derives from: a plugin, and its kinds of resources.
#pragma once
#include <dfx/sdk/call.hpp>

#include <memory>
#include <string_view>
#include <vector>

namespace dfx::sdk {

// One kind of resource. A kind object has no state: calls come from any thread at once.
class Kind {
 public:
  virtual ~Kind() = default;
  // {"kind", "mode": managed|lookup|check, "schema", "schema_version", "identity": deterministic|tokenised|opaque, ...}
  virtual Json describe() const = 0;
  virtual Json normalize(const Json& desired) const { return desired; }
  // State of an older schema version ({"desired", "outputs", "identity"}) in today's form. Pure.
  virtual Json migrate(int, const Json& state) const { return state; }
  // Per item: {"address", "outputs": predicted, "replace": [paths], "reasons": [...]}. Default: from the schema.
  virtual void plan(const Call&, const Json&) const { throw Failure(DFX_UNSUPPORTED, "", "no plan of its own"); }
  // Per item: {"address", "result": present|absent|partial|unreachable, "owner": mine|other|foreign, ...}.
  virtual void read(const Call& call, const Json& batch) const = 0;
  // One create, update or delete: {"identity", "outputs"}. Idempotent for the same operation id. Lookups and checks
  // have none.
  virtual Json apply(const Call&, const Json&) const { throw Failure(DFX_UNSUPPORTED, "", "this kind changes nothing"); }
  // Per item: {"address", "status", "message"}. Default: current as soon as apply returned.
  virtual void health(const Call& call, const Json& batch) const {
    for (const Json& item : batch.at("items"))
      call.respond({{"address", item.at("address")}, {"status", "current"}, {"message", ""}});
  }
};

// What expand yields; each call writes one line of the response.
class Expansion {
 public:
  explicit Expansion(const Call& call) : x_call(call) {}
  // {"kind", "name", "desired", "connection", "needs", "contained_in", "hosted_on", "protect", "pool"}
  void resource(const Json& r) { x_call.respond({{"resource", r}}); }
  void provides(std::string_view capability, const Json& value) {
    x_call.respond({{"provides", capability}, {"value", value}});
  }
  void output(std::string_view name, const Json& value) { x_call.respond({{"output", name}, {"value", value}}); }
  void status(const Json& row) { x_call.respond({{"status", row}}); }
  // The same record, already encoded: for plugins that make very many.
  void line(std::string_view json) { x_call.respond_text(json); }

 private:
  const Call& x_call;
};

// A plugin: settings in, resources out. One instance serves all threads.
class Plugin {
 public:
  virtual ~Plugin() = default;
  // The manifest without name, version, abi and kinds, which this layer adds.
  virtual Json manifest() const = 0;
  virtual void expand(const Call& call, const Json& request, Expansion& out) const = 0;
  virtual std::vector<std::unique_ptr<Kind>> kinds() const { return {}; }
};

}  // namespace dfx::sdk
