// The one validator: a small JSON-Schema subset with dfx words, for settings, resources and outputs.
#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/node.hpp"
#include "core/model/diagnostics.hpp"
#include "core/model/json.hpp"

namespace dfx {

struct Rule;

// What a conversion may refer to and how messages name the root.
struct ConvertOptions {
  std::map<std::string, bool> components;  // declared components -> enabled in this environment
  std::set<std::string> secrets;           // declared secrets
  std::string path;                        // of the root in messages, such as "components.lxd"; may be empty
  std::vector<std::string> sibling_keys;   // keys that stand beside the root's own; used in suggestions only
};

// A compiled schema. Understands: type, properties, required, additionalProperties (default false), propertyNames,
// items, enum, const, pattern, minimum, maximum, minItems, maxItems, minLength, maxLength, oneOf, anyOf,
// discriminator, $ref to "#/$defs/…", default, description, title, examples, and the dfx words
//   x-dfx-type: size, duration, ip, cidr, version, label, path or url (on strings)
//   x-dfx-secret: holds a secret; the only place where ${secret.x} may stand
//   x-dfx-immutable: a change replaces the resource (read by the planner)
//   x-dfx-known: this value and all below must be known from configuration: no ${component.output}
// Immutable, cheap to copy. [any]
class Schema {
 public:
  // Throws Error "schema.invalid" with the JSON pointer of an unknown word, a bad pattern or a dangling $ref.
  explicit Schema(const Json& schema);

  // Types the node by the schema, fills defaults, turns ${secret.x} and ${component.x} into $dfx nodes. Every
  // problem goes to `problems`; parts with problems are left out of the result.
  Json convert(const Node& node, const ConvertOptions& options, Diagnostics& problems) const;

  // Checks a value that has no place (from a plugin). {"$dfx": …} stands for a value of any type, except where the
  // value must be known.
  Diagnostics validate(const Json& value) const;
  // The same for JSON text that is known to be sound. Throws Error "json.invalid".
  Diagnostics validate_text(std::string_view json) const;

 private:
  std::shared_ptr<const Rule> x_root;  // shared: a catalog, the CLI and workers use one compiled schema
};

// The same without keeping the compiled schema.
Json convert(const Node& node, const Json& schema, const ConvertOptions& options, Diagnostics& problems);
Diagnostics validate(const Json& value, const Json& schema);

}  // namespace dfx
