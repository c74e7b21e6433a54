// What capabilities look like: schemas that are installed beside the plugins.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/config/schema.hpp"

namespace dfx {

// Reads `<folder>/machines-1.json` for "machines/1", from the first folder that has it, once. [one thread]
class Capabilities {
 public:
  explicit Capabilities(std::vector<std::filesystem::path> folders) : x_folders(std::move(folders)) {}

  // Why `value` is not what the capability promises; empty if it is, or if no schema is installed. Throws Error
  // "engine.bad-capability-schema" for a file that cannot be used.
  Diagnostics check(const std::string& capability, const Json& value);

 private:
  const std::optional<Schema>& schema_of(const std::string& capability);
  std::optional<Schema> read(const std::string& capability) const;

  std::vector<std::filesystem::path> x_folders;
  std::map<std::string, std::optional<Schema>> x_schemas;
};

}  // namespace dfx
