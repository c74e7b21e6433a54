#include "cli/workspace.hpp"

#include <fstream>
#include <mutex>

#include "cli/lock_time.hpp"
#include "cli/wiring/sandbox_router.hpp"
#include "cli/wiring/secrets.hpp"
#include "core/model/suggest.hpp"
#include "core/plugin/catalog.hpp"
#include "core/plugin/lock_file.hpp"
#include "core/plugin/plugin_host.hpp"
#include "core/state/sqlite_store.hpp"
#include "host/builtin/core_plugin.hpp"
#include "host/http/url.hpp"
#include "host/services.hpp"
#include "sandbox/world.hpp"

namespace dfx {
namespace {

constexpr const char* k_mode_fact = "mode";

const char* mode_of(const Stack& stack) { return stack.sandbox ? "sandbox" : "real"; }

// What one engine needs, in the order in which it must die.
struct Wiring {
  std::unique_ptr<StackSecrets> secrets;
  std::unique_ptr<SandboxRouter> router;
  std::unique_ptr<host::HttpService> http;
  std::unique_ptr<host::HostServices> services;
  std::unique_ptr<PluginHost> plugins;
  std::unique_ptr<Engine> engine;
};

// "https://host:8443/path" -> "https://host:8443", "unix:///socket:/path" -> "unix:///socket"; anything else is no place.
std::string origin_of(const std::string& url) {
  const auto parsed = host::parse_url(url);
  return parsed ? parsed->origin() : url;
}

}  // namespace

struct Workspace::Impl {
  explicit Impl(WorkspaceOptions o) : options(std::move(o)) {}

  std::filesystem::path folder() const {
    const auto parent = std::filesystem::absolute(options.stack_file).parent_path();
    return parent / ".dfx";
  }

  Catalog& plugin_catalog() {
    if (!catalog) {
      catalog.emplace(plugin_folders(options.plugin_path));
      catalog->add_builtin(builtin_manifest(*host::builtin_core_plugin()));
    }
    return *catalog;
  }

  // Everything below .dfx is this machine's own: it must not end in anybody's repository by accident.
  void make_folder() const {
    std::filesystem::create_directories(folder());
    std::filesystem::permissions(folder(), std::filesystem::perms::owner_all);
    const auto ignore = folder() / ".gitignore";
    if (!std::filesystem::exists(ignore)) std::ofstream(ignore) << "*\n";
  }

  WorkspaceOptions options;
  Diagnostics warnings;
  std::optional<Stack> stack;
  std::optional<Catalog> catalog;
  std::unique_ptr<Store> store;
  std::unique_ptr<Store> recorded;
  std::unique_ptr<sandbox::World> world;
  std::ofstream trace;
  std::mutex trace_mutex;
  LockFile lock;
  std::map<std::string, std::string> loaded;  // plugin -> SHA-256
  std::optional<Wiring> wiring;
};

Workspace::Workspace(WorkspaceOptions options) : x_impl(std::make_unique<Impl>(std::move(options))) {}
Workspace::~Workspace() = default;

const Stack& Workspace::stack() {
  if (!x_impl->stack) x_impl->stack = load_stack(x_impl->options.stack_file, x_impl->options.environment, x_impl->warnings);
  return *x_impl->stack;
}

Diagnostics& Workspace::warnings() { return x_impl->warnings; }

std::filesystem::path Workspace::folder() const { return x_impl->folder(); }

// Stacks beside each other have states of their own.
std::filesystem::path Workspace::state_file() { return folder() / (stack().name + "." + stack().environment + ".db"); }

Store& Workspace::store() {
  if (x_impl->store) return *x_impl->store;
  x_impl->make_folder();
  x_impl->store = open_sqlite_store(state_file());
  if (!x_impl->store->fact(k_mode_fact)) x_impl->store->put_fact(k_mode_fact, mode_of(stack()));
  check_world(*x_impl->store);
  return *x_impl->store;
}

// What was made in a simulated world must not be looked for in the real one, nor the other way round.
void Workspace::check_world(Store& store) {
  const auto before = store.fact(k_mode_fact);
  if (!before || *before == mode_of(stack())) return;
  throw Error("state.sandbox-switched", "this environment's state belongs to another world",
              "environment `" + stack().environment + "` was used as " + *before + " and is " + mode_of(stack()) + " now",
              "give the sandbox an environment of its own, or destroy this one first");
}

Store* Workspace::recorded() {
  if (x_impl->store) return x_impl->store.get();
  if (!x_impl->recorded) {
    x_impl->recorded = read_sqlite_store(state_file());
    if (x_impl->recorded) check_world(*x_impl->recorded);
  }
  return x_impl->recorded.get();
}

std::filesystem::path Workspace::run_lock_file() { return folder() / (stack().name + "." + stack().environment + ".lock"); }

std::unique_ptr<RunLock> Workspace::lock(const std::string& command) {
  x_impl->make_folder();
  return std::make_unique<RunLock>(run_lock_file(), command);
}

sandbox::World& Workspace::world() {
  if (!x_impl->world) {
    x_impl->make_folder();
    x_impl->world = std::make_unique<sandbox::World>(folder() / "sandbox");
  }
  return *x_impl->world;
}

std::vector<const Manifest*> Workspace::installed_plugins() {
  std::vector<const Manifest*> out;
  for (const InstalledPlugin& plugin : x_impl->plugin_catalog().plugins()) out.push_back(&plugin.manifest);
  return out;
}

Diagnostics Workspace::plugin_problems() const {
  return x_impl->catalog ? x_impl->catalog->problems() : Diagnostics();
}

Catalog& Workspace::catalog() { return x_impl->plugin_catalog(); }

Engine& Workspace::engine(Access access) {
  if (x_impl->wiring && x_impl->wiring->engine) return *x_impl->wiring->engine;
  const Stack& s = stack();
  Store* state = access == Access::write ? &store() : recorded();
  x_impl->lock = LockFile::read(lock_file());
  Wiring& w = x_impl->wiring.emplace();
  if (access != Access::settings) {
    x_impl->make_folder();
    w.secrets = std::make_unique<StackSecrets>(s, folder().parent_path(), state, access == Access::write);
    if (s.sandbox) w.router = std::make_unique<SandboxRouter>(world());
  }
  wire_services();
  wire_engine(state, access);
  if (access != Access::settings) wire_origins(state);
  return *w.engine;
}

// HTTP and the rest of the host, and the plugins that will use them.
void Workspace::wire_services() {
  Wiring& w = *x_impl->wiring;
  host::HttpOptions http;
  http.router = w.router.get();
  std::function<void(std::string_view)> trace;
  if (x_impl->options.trace) {
    x_impl->trace.open(*x_impl->options.trace, std::ios::app);
    trace = [this](std::string_view line) {
      const std::lock_guard lock(x_impl->trace_mutex);
      x_impl->trace << line << '\n' << std::flush;
    };
  }
  http.trace = trace;
  w.http = std::make_unique<host::HttpService>(http);
  w.services = std::make_unique<host::HostServices>(*w.http, trace);
  PluginHostOptions options;
  options.catalog = &catalog();
  w.plugins = std::make_unique<PluginHost>(w.services->host(), options);
  w.plugins->add_builtin(host::builtin_core_plugin());
}

void Workspace::wire_engine(Store* state, Access access) {
  Wiring& w = *x_impl->wiring;
  EngineParts parts;
  parts.host = w.plugins.get();
  if (access != Access::settings) parts.secrets = &w.secrets->vault();
  parts.installed = [this] { return installed_plugins(); };
  parts.secret_version = [&w](const std::string& secret) { return w.secrets ? w.secrets->version(secret) : ""; };
  parts.use_plugin = [this](const std::string& name) -> const Manifest& {
    const InstalledPlugin* plugin = x_impl->plugin_catalog().find(name);
    if (plugin == nullptr) throw_no_such_plugin(name);
    if (!plugin->library.empty()) use(*plugin);
    return plugin->manifest;
  };
  for (const std::filesystem::path& folder : x_impl->plugin_catalog().folders()) parts.capability_folders.push_back(folder / "capabilities");
  w.engine = std::make_unique<Engine>(std::move(parts), stack(), state);
}

// A plugin that dfx.lock does not know yet may run: lock_plugins() notes it. One that differs from it may not.
void Workspace::use(const InstalledPlugin& plugin) {
  const Manifest& m = plugin.manifest;
  x_impl->wiring->plugins->use(plugin, [&](const std::string& sha256) {
    if (x_impl->lock.has(m.name)) x_impl->lock.admit(m.name, m.version, sha256);
    x_impl->loaded[m.name] = sha256;
  });
}

std::filesystem::path Workspace::lock_file() const { return folder().parent_path() / "dfx.lock"; }

void Workspace::lock_plugins() {
  bool changed = false;
  for (const auto& [name, sha256] : x_impl->loaded) {
    if (x_impl->lock.has(name)) continue;
    x_impl->lock.set(name, x_impl->plugin_catalog().find(name)->manifest.version, sha256, lock_time());
    changed = true;
  }
  if (changed) x_impl->lock.write(lock_file());
}

bool Workspace::calls_left_behind() const {
  return x_impl->wiring && x_impl->wiring->plugins && x_impl->wiring->plugins->left_behind() > 0;
}

// Where each plugin may send secrets, and which simulators stand for what: from today's settings and from the rows.
void Workspace::wire_origins(Store* state) {
  std::map<std::string, std::vector<std::string>> allowed;
  const auto note = [&](const Manifest& manifest, const std::string& origin) {
    allowed[manifest.name].push_back(origin);
  };
  const auto serve = [&](const Manifest& manifest, const std::string& origin) {
    if (x_impl->wiring->router && !manifest.simulators.empty())
      x_impl->wiring->router->serve(manifest.simulators.front().simulator, origin);
  };
  for (const auto& [component, settings] : settings_or_none()) {
    const Component& c = *stack().find_component(component);
    const Manifest& manifest = x_impl->plugin_catalog().find(c.plugin)->manifest;
    for (const std::string& declared : manifest.origins)
      for (const std::string& url : origins_in(declared, settings)) note(manifest, origin_of(url));
    for (const SimulatorUse& use : manifest.simulators)
      for (const std::string& url : origins_in(use.origins, settings)) serve(manifest, origin_of(url));
  }
  if (state != nullptr)
    for (const auto& [name, text] : state->connections()) {
      const Json connection = parse_json(text);
      const InstalledPlugin* plugin = x_impl->plugin_catalog().find(name);
      if (plugin == nullptr || !connection.is_object() || !connection.contains("url")) continue;
      const std::string origin = origin_of(connection["url"].get<std::string>());
      note(plugin->manifest, origin);
      serve(plugin->manifest, origin);
    }
  for (auto& [plugin, origins] : allowed) x_impl->wiring->http->allow_secret_origins(plugin, std::move(origins));
}

// Typed settings; nothing if they have mistakes. Whatever needs them reports those itself; a destroy does not need them.
std::map<std::string, Json> Workspace::settings_or_none() {
  try {
    return x_impl->wiring->engine->expand().settings;
  } catch (const Error&) {
    return {};
  }
}

void Workspace::throw_no_such_plugin(const std::string& name) {
  std::vector<std::string> names;
  for (const Manifest* m : installed_plugins()) names.push_back(m->name);
  const auto near = suggest(name, names);
  std::string folders;
  for (const auto& folder : x_impl->plugin_catalog().folders()) folders += (folders.empty() ? "" : ", ") + folder.string();
  throw Error("plugin.not-installed", "a plugin is not installed", "no plugin `" + name + "` in " + folders,
              near ? "did you mean `" + *near + "`?" : "install it, or name its folder with --plugin-path");
}

}  // namespace dfx
