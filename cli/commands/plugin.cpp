// What is installed, read from manifests; none of the plugins' code runs.
#include <set>

#include "cli/commands/answer.hpp"
#include "cli/lock_time.hpp"
#include "cli/render/diagnostics.hpp"
#include "cli/render/table.hpp"
#include "core/model/suggest.hpp"
#include "core/plugin/catalog.hpp"
#include "core/plugin/library.hpp"
#include "core/plugin/lock_file.hpp"

namespace dfx::commands {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string file_text(const InstalledPlugin& plugin) {
  return plugin.library.empty() ? "part of dfx" : plugin.library.string();
}

std::vector<std::string> needs_of(const Manifest& m) {
  std::vector<std::string> out;
  for (const Need& need : m.needs) out.push_back(need.capability + (need.optional ? " (optional)" : ""));
  return out;
}

const InstalledPlugin& find(Context& context, const std::string& name) {
  Catalog& catalog = context.workspace.catalog();
  if (const InstalledPlugin* plugin = catalog.find(name)) return *plugin;
  std::vector<std::string> names;
  for (const InstalledPlugin& plugin : catalog.plugins()) names.push_back(plugin.manifest.name);
  const auto near = suggest(name, names);
  throw Error("plugin.not-installed", "a plugin is not installed", "there is no plugin `" + name + "`",
              near ? "did you mean `" + *near + "`?" : "installed are: " + joined(names));
}

ExitCode list(Context& context) {
  Json json = Json::array();
  Table table;
  for (const InstalledPlugin& plugin : context.workspace.catalog().plugins()) {
    const Manifest& m = plugin.manifest;
    json.push_back({{"name", m.name}, {"version", m.version}, {"summary", m.summary}, {"maturity", m.maturity}, {"abi_major", m.abi_major},
                    {"provides", m.provides}, {"library", plugin.library.string()}});
    table.add({m.name, m.version, {m.maturity, Style::dim}, m.summary});
  }
  show_warnings(context);
  if (context.options.json) {
    Json folders = Json::array();
    for (const auto& folder : context.workspace.catalog().folders()) folders.push_back(folder.string());
    print_json(context.result, ExitCode::ok, {{"plugins", json}, {"folders", folders}});
  } else {
    table.render(context.result, 0);
  }
  return ExitCode::ok;
}

void show_people(Terminal& to, const InstalledPlugin& plugin) {
  const Manifest& m = plugin.manifest;
  to.out() << to.paint(Style::bold, display(m.name + " " + m.version)) << "  " << display(m.summary) << '\n';
  Table table;
  const auto row = [&](const char* name, const std::string& text) {
    if (!text.empty()) table.add({{name, Style::dim}, text});
  };
  row("library", file_text(plugin));
  row("maturity", m.maturity);
  row("needs", joined(needs_of(m)));
  row("provides", joined(m.provides));
  row("sends secrets to", joined(m.origins));
  for (const Kind& kind : m.kinds) row("kind", kind.name);
  table.render(to);
  to.out() << "Settings: dfx explain " << display(m.name) << '\n';
}

ExitCode show(Context& context) {
  const InstalledPlugin& plugin = find(context, context.options.word(1));
  show_warnings(context);
  if (context.options.json)
    print_json(context.result, ExitCode::ok, {{"manifest", plugin.manifest_json}, {"library", plugin.library.string()}});
  else
    show_people(context.result, plugin);
  return ExitCode::ok;
}

// The plugins of this stack, or the one that is named.
std::set<std::string> to_lock(Context& context) {
  const std::string name = context.options.word(1);
  if (!name.empty()) return {find(context, name).manifest.name};
  std::set<std::string> out;
  for (const Component& component : context.workspace.stack().components)
    if (component.enabled) out.insert(find(context, component.plugin).manifest.name);
  return out;
}

ExitCode lock(Context& context) {
  const auto file = context.workspace.lock_file();
  LockFile lock = LockFile::read(file);
  const std::vector<LockedPlugin> before = lock.plugins();
  Json json = Json::array();
  for (const std::string& name : to_lock(context)) {
    const InstalledPlugin& plugin = find(context, name);
    if (plugin.library.empty()) continue;
    const std::string sha256 = library_digest(plugin.library);
    const auto known = std::find_if(before.begin(), before.end(), [&](const LockedPlugin& p) { return p.name == name; });
    const bool changed = known == before.end() || known->sha256 != sha256;
    lock.set(name, plugin.manifest.version, sha256, lock_time());
    json.push_back({{"name", name}, {"version", plugin.manifest.version}, {"sha256", sha256}, {"changed", changed}});
  }
  lock.write(file);
  if (context.options.json) {
    print_json(context.result, ExitCode::ok, {{"plugins", json}, {"file", file.string()}});
    return ExitCode::ok;
  }
  Table table;
  for (const Json& one : json)
    table.add({one["name"].get<std::string>(), one["version"].get<std::string>(), one["sha256"].get<std::string>().substr(0, 12),
               one["changed"].get<bool>() ? "locked now" : "as before"});
  table.render(context.result, 0);
  return ExitCode::ok;
}

}  // namespace

ExitCode plugin(Context& context) {
  const std::string verb = context.options.word(0);
  if (verb == "list") return list(context);
  return verb == "show" ? show(context) : lock(context);
}

}  // namespace dfx::commands
