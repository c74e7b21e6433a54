#include "core/plugin/description.hpp"

#include <exception>

#include "core/model/diagnostics.hpp"
#include "core/model/manifest.hpp"
#include "core/plugin/library.hpp"
#include "core/plugin/sinks.hpp"

namespace dfx {
namespace {

constexpr std::size_t k_most_manifest_bytes = 4u << 20;
constexpr int k_most_manifest_depth = 64;
constexpr const char* k_report = "this is a bug of the plugin; please report it to its authors";

[[noreturn]] void refuse(const char* code, const std::string& where, const std::string& why, const std::string& help) {
  throw Error(std::string("plugin.") + code, "a plugin cannot be used", where + ": " + why, help);
}

// Runs a plugin's function that may throw whatever it likes.
template <typename Body>
auto guarded(const char* code, const std::string& where, const char* function, Body body) {
  try {
    return body();
  } catch (const std::exception& e) {
    refuse(code, where, std::string(function) + " threw an exception: " + e.what(), k_report);
  } catch (...) {
    refuse(code, where, std::string(function) + " threw something that is no exception", k_report);
  }
}

// The JSON pointer of the first place where two values differ.
std::string first_difference(const Json& a, const Json& b, const std::string& path) {
  if (!a.is_object() || !b.is_object()) return path.empty() ? "/" : path;
  for (const auto& [key, value] : a.items()) {
    const auto other = b.find(key);
    if (other == b.end()) return path + "/" + key;
    if (*other != value) return first_difference(value, *other, path + "/" + key);
  }
  for (const auto& [key, value] : b.items())
    if (!a.contains(key)) return path + "/" + key;
  return path;
}

}  // namespace

Json describe_plugin(const dfx_plugin& entry, const std::string& where) {
  ByteSink sink(k_most_manifest_bytes);
  const std::int32_t status = guarded("describe-failed", where, "describe", [&] { return entry.describe(sink.raw()); });
  if (status != DFX_OK) refuse("describe-failed", where, "describe ended with status " + std::to_string(status), k_report);
  if (!sink.problem().empty()) refuse("describe-failed", where, "describe failed: " + sink.problem(), k_report);
  try {
    return parse_json(sink.take(), {k_most_manifest_bytes, k_most_manifest_depth});
  } catch (const Error& e) {
    refuse("bad-manifest", where, "what it says about itself is no JSON: " + e.diagnostics().list().front().detail, k_report);
  }
}

void check_description(const Json& said, const Json& file, const std::string& where) {
  if (said == file) return;
  refuse("manifest-differs", where,
         "its manifest file says something else than the library itself, first at " + first_difference(file, said, ""),
         "build or install the plugin again, library and manifest together");
}

const dfx_provider& create_provider(const dfx_plugin& entry, const dfx_host* host, const std::string& where) {
  const dfx_provider* p = guarded("create-failed", where, "create", [&] { return entry.create(host); });
  if (p == nullptr) refuse("create-failed", where, "create gave no provider", k_report);
  if (p->destroy == nullptr || p->expand == nullptr || p->normalize == nullptr || p->migrate == nullptr || p->plan == nullptr ||
      p->read == nullptr || p->apply == nullptr || p->health == nullptr || p->get_extension == nullptr)
    refuse("bad-provider", where, "its provider has a null pointer",
           "every function must be there: DFX_UNSUPPORTED says that one is not supported");
  return *p;
}

Json builtin_manifest(const dfx_plugin& entry) {
  const std::string where = "part of dfx";
  check_entry(entry, where, entry.name == nullptr ? "" : entry.name);
  return describe_plugin(entry, where);
}

}  // namespace dfx
