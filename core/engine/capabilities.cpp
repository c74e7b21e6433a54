#include "core/engine/capabilities.hpp"

#include <fstream>
#include <sstream>

#include "core/model/address.hpp"

namespace dfx {
namespace {

// "machines/1" -> "machines-1.json"; empty for what is no capability's name (it would become a path).
std::string file_name(const std::string& capability) {
  const std::size_t slash = capability.find('/');
  if (slash == std::string::npos) return "";
  std::string name = capability.substr(0, slash);
  for (char& c : name)
    if (c == '_') c = '-';
  const std::string version = capability.substr(slash + 1);
  if (!is_dns_label(name) || !is_dns_label(version)) return "";
  return capability.substr(0, slash) + "-" + version + ".json";
}

}  // namespace

Diagnostics Capabilities::check(const std::string& capability, const Json& value) {
  const std::optional<Schema>& schema = schema_of(capability);
  return schema ? schema->validate(value) : Diagnostics();
}

const std::optional<Schema>& Capabilities::schema_of(const std::string& capability) {
  const auto found = x_schemas.find(capability);
  if (found != x_schemas.end()) return found->second;
  return x_schemas.emplace(capability, read(capability)).first->second;
}

std::optional<Schema> Capabilities::read(const std::string& capability) const {
  const std::string name = file_name(capability);
  if (name.empty()) return std::nullopt;
  for (const std::filesystem::path& folder : x_folders) {
    std::ifstream in(folder / name, std::ios::binary);
    if (!in) continue;
    std::ostringstream text;
    text << in.rdbuf();
    try {
      return Schema(parse_json(text.str()));
    } catch (const Error& e) {
      throw Error("engine.bad-capability-schema", "the schema of a capability cannot be used",
                  (folder / name).string() + ": " + e.diagnostics().list().front().detail, "install it again");
    }
  }
  return std::nullopt;
}

}  // namespace dfx
