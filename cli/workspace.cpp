#include "cli/workspace.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <mutex>

#include "cli/lock_time.hpp"
#include "cli/wiring/sandbox_router.hpp"
#include "cli/wiring/secrets.hpp"
#include "cli/wiring/world_folder.hpp"
#include "cli/workspace_folder.hpp"
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
    std::error_code error;
    const auto whole = std::filesystem::absolute(options.stack_file, error);
    if (error) throw unusable_workspace(options.stack_file, error.message());
    return whole.parent_path() / ".dfx";
  }

  Catalog& plugin_catalog() {
    if (!catalog) {
      check_folders();
      catalog.emplace(plugin_folders(options.plugin_path));
      catalog->add_builtin(builtin_manifest(*host::builtin_core_plugin()));
    }
    return *catalog;
  }

  void check_folders() const {
    std::error_code error;
    for (const auto& path : options.plugin_path)
      if (!std::filesystem::is_directory(path, error))
        throw Error("usage.plugin-path", "there is no such folder of plugins", "`--plugin-path` names " + path.string(), "name a folder with plugins");
  }

  WorkspaceOptions options;
  Diagnostics warnings;
  std::optional<Stack> stack;
  std::optional<Catalog> catalog;
  std::unique_ptr<Store> store;
  std::unique_ptr<Store> recorded;
  std::optional<WorldFolder> world_folder;
  std::unique_ptr<sandbox::World> world;
  std::ofstream trace;
  std::mutex trace_mutex;
  LockFile lock;
  std::map<std::string, std::string> loaded;  // plugin -> SHA-256
  std::optional<Wiring> wiring;
  std::vector<std::unique_ptr<Workspace>> others;
};

Workspace::Workspace(WorkspaceOptions options) : x_impl(std::make_unique<Impl>(std::move(options))) {}
Workspace::~Workspace() = default;

Workspace& Workspace::beside(const std::string& environment) {
  WorkspaceOptions options = x_impl->options;
  options.environment = environment;
  return *x_impl->others.emplace_back(std::make_unique<Workspace>(std::move(options)));
}

const Stack& Workspace::stack() {
  if (!x_impl->stack) x_impl->stack = load_stack(x_impl->options.stack_file, x_impl->options.environment, x_impl->warnings);
  return *x_impl->stack;
}

Diagnostics Workspace::warnings() const {
  Diagnostics out = x_impl->warnings;
  if (x_impl->catalog) out.append(x_impl->catalog->problems());
  if (x_impl->wiring && x_impl->wiring->secrets) out.append(x_impl->wiring->secrets->warnings());
  return out;
}

std::filesystem::path Workspace::folder() const { return x_impl->folder(); }

// Stacks beside each other have states of their own.
std::filesystem::path Workspace::state_file() { return folder() / (stack().name + "." + stack().environment + ".db"); }

Store& Workspace::store() {
  if (x_impl->store) return *x_impl->store;
  make_workspace_folder(folder());
  x_impl->store = open_sqlite_store(state_file());
  check_world(*x_impl->store);
  if (x_impl->store->fact(k_mode_fact) != mode_of(stack())) x_impl->store->put_fact(k_mode_fact, mode_of(stack()));
  return *x_impl->store;
}

// What was made in a simulated world must not be looked for in the real one, nor the other way round.
void Workspace::check_world(Store& store) {
  const auto before = store.fact(k_mode_fact);
  if (!before || *before == mode_of(stack()) || store.load().empty()) return;
  const std::string was = *before == "sandbox" ? "sandbox: true" : "sandbox: false";
  Diagnostic d = failure("state.sandbox-switched", "this environment's state belongs to another world",
                         "environment `" + stack().environment + "` was applied as " + *before + " and is " + mode_of(stack()) + " now",
                         "take down what is there first: write `" + was + "` for this environment and run `dfx destroy`; or leave it so and "
                         "give the other world an environment of its own");
  d.place = stack().sandbox_place;
  throw Error(d);
}

void Workspace::check_world() {
  if (Store* store = recorded()) check_world(*store);
}

Store* Workspace::recorded() {
  if (x_impl->store) return x_impl->store.get();
  if (!x_impl->recorded) {
    x_impl->recorded = read_sqlite_store(state_file());
  }
  return x_impl->recorded.get();
}

std::filesystem::path Workspace::run_lock_file() { return folder() / (stack().name + "." + stack().environment + ".lock"); }

std::unique_ptr<RunLock> Workspace::lock(const std::string& command) {
  make_workspace_folder(folder());
  return std::make_unique<RunLock>(run_lock_file(), command);
}

sandbox::World& Workspace::world(Access access) {
  if (!x_impl->world) {
    x_impl->world_folder.emplace(folder(), !may_write(access));
    x_impl->world = std::make_unique<sandbox::World>(x_impl->world_folder->path());
  }
  return *x_impl->world;
}

// Makes the folder. False: it cannot be used, and whoever only looks goes without.
bool Workspace::may_write(Access access) {
  try {
    make_workspace_folder(folder());
    return true;
  } catch (const Error&) {
    if (access == Access::write) throw;
    return false;
  }
}

void Workspace::remove_world() {
  x_impl->world.reset();
  sandbox::World::remove(folder() / "sandbox");
}

std::vector<const Manifest*> Workspace::installed_plugins() {
  std::vector<const Manifest*> out;
  for (const InstalledPlugin& plugin : x_impl->plugin_catalog().plugins()) out.push_back(&plugin.manifest);
  return out;
}

Catalog& Workspace::catalog() { return x_impl->plugin_catalog(); }

Engine& Workspace::engine(Access access) {
  if (x_impl->wiring && x_impl->wiring->engine) return *x_impl->wiring->engine;
  const Stack& s = stack();
  Store* state = access == Access::write ? &store() : recorded();
  if (access != Access::settings) check_world();
  x_impl->lock = LockFile::read(lock_file());
  Wiring& w = x_impl->wiring.emplace();
  if (access != Access::settings) {
    w.secrets = std::make_unique<StackSecrets>(s, folder().parent_path(), state, access == Access::write);
    if (access == Access::glance) w.secrets->run_no_commands();
    if (s.sandbox) w.router = std::make_unique<SandboxRouter>(world(access));
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
    if (!x_impl->trace)
      throw Error("usage.trace-file", "the trace file cannot be opened", x_impl->options.trace->string() + ": " + std::strerror(errno),
                  "name a file in a folder that you may write to");
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
  parts.secret_version = [&w, access](const std::string& secret) {
    if (!w.secrets) return std::string();
    return access == Access::glance ? w.secrets->version_or_recorded(secret) : w.secrets->version(secret);
  };
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
  for (const auto& other : x_impl->others)
    if (other->calls_left_behind()) return true;
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
