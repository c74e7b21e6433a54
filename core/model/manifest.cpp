#include "core/model/manifest.hpp"

#include <algorithm>
#include <set>

#include "core/model/address.hpp"
#include "core/model/diagnostics.hpp"

namespace dfx {
namespace {

constexpr std::string_view k_setting = "setting:";

void collect(const Json& at, std::string_view path, std::vector<std::string>& out) {
  if (path.empty()) {
    if (at.is_string()) out.push_back(at.get<std::string>());
    return;
  }
  if (!at.is_structured()) return;
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view rest = path.substr(std::min(end + 1, path.size()));
  if (path.substr(0, end) == "*") {
    for (const Json& inner : at) collect(inner, rest, out);
  } else if (at.is_object() && at.contains(std::string(path.substr(0, end)))) {
    collect(at[std::string(path.substr(0, end))], rest, out);
  }
}

std::vector<Need> needs_from(const Json& list) {
  std::vector<Need> out;
  for (const Json& n : list) {
    if (n.is_string()) out.push_back({n.get<std::string>(), false});
    else out.push_back({n.at("capability").get<std::string>(), n.value("optional", false)});
  }
  return out;
}

[[noreturn]] void refuse(const std::string& why) {
  throw Error("plugin.bad-manifest", "bad plugin manifest", why, "build the plugin again with this SDK");
}

ReadOnlyRule read_only_rule_from(const Json& json) {
  ReadOnlyRule rule{json.value("argv", std::vector<std::string>()), json.value("script", "")};
  if (rule.argv.empty() == rule.script.empty()) refuse("a rule of `read_only` must have either `argv` or `script`");
  return rule;
}

// "kubernetes/1": a name and a major.
void check_capability(const std::string& capability) {
  const std::size_t slash = capability.find('/');
  const std::string major = slash == std::string::npos ? "" : capability.substr(slash + 1);
  if (slash == 0 || major.empty() || major.find_first_not_of("0123456789") != std::string::npos)
    refuse("`" + capability + "` is no capability: it must look like `machines/1`");
}

void check(const Manifest& m) {
  if (!is_dns_label(m.name)) refuse("`" + m.name + "` is no name of a plugin: a-z, 0-9 and - only");
  if (m.version.empty()) refuse("it has no version");
  if (!m.settings.is_object()) refuse("`settings` is no schema: it must be an object");
  std::set<std::string> names;
  for (const Kind& kind : m.kinds) {
    if (!parse_address("a/" + kind.name + "/a"))
      refuse("`" + kind.name + "` is no name of a kind: it must look like `lxd.instance`");
    if (!names.insert(kind.name).second) refuse("kind `" + kind.name + "` stands in it twice");
    if (!kind.schema.is_object() || !kind.outputs.is_object()) refuse("the schemas of kind `" + kind.name + "` must be objects");
    if (kind.schema_version < 1 || kind.pool_size < 0)
      refuse("kind `" + kind.name + "` has a schema_version or pool_size below its least");
  }
  for (const Need& need : m.needs) check_capability(need.capability);
  for (const std::string& capability : m.provides) check_capability(capability);
}

bool serial_from(const std::string& word) {
  if (word != "serial" && word != "parallel") refuse("`" + word + "` is no concurrency: it must be parallel or serial");
  return word == "serial";
}

}  // namespace

bool Manifest::provides_capability(const std::string& capability) const {
  return std::find(provides.begin(), provides.end(), capability) != provides.end();
}

Manifest manifest_from_json(const Json& j) {
  try {
    Manifest m;
    if (j.at("manifest").get<int>() != 1) refuse("its format is not 1");
    m.name = j.at("name").get<std::string>();
    m.version = j.at("version").get<std::string>();
    m.summary = j.value("summary", "");
    m.maturity = j.value("maturity", "");
    m.abi_major = j.at("abi_major").get<int>();
    m.serial = serial_from(j.value("concurrency", "parallel"));
    m.settings = j.value("settings", Json::object());
    for (const Json& kind : j.value("kinds", Json::array())) m.kinds.push_back(kind_from_manifest(m.name, kind));
    m.needs = needs_from(j.value("needs", Json::array()));
    for (const Need& provided : needs_from(j.value("provides", Json::array()))) m.provides.push_back(provided.capability);
    for (const Json& rule : j.value("dry_run", Json::array()))
      m.dry_run.push_back({rule.value("method", ""), rule.value("path_prefix", ""), rule.value("query", "")});
    for (const Json& rule : j.value("read_only", Json::array())) m.read_only.push_back(read_only_rule_from(rule));
    m.origins = j.value("origins", std::vector<std::string>());
    for (const Json& s : j.value("simulators", Json::array()))
      m.simulators.push_back({s.at("simulator").get<std::string>(), s.at("origins").get<std::string>()});
    m.commands = j.value("commands", Json::array());
    check(m);
    return m;
  } catch (const Json::exception& e) {
    refuse(e.what());
  }
}

std::vector<std::string> origins_in(const std::string& origins, const Json& settings) {
  std::vector<std::string> out;
  if (origins.compare(0, k_setting.size(), k_setting) != 0) return {origins};
  collect(settings, std::string_view(origins).substr(k_setting.size()), out);
  return out;
}

}  // namespace dfx
