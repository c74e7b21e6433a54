#include "core/plugin/plugin_host.hpp"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <utility>

#include "core/model/json_scan.hpp"
#include "core/plugin/plugin_call.hpp"
#include "core/plugin/turn.hpp"

namespace dfx {
namespace {

// Far enough to be never, near enough that no clock arithmetic overflows.

CallResult refusal(CallStatus status, const char* code, const char* summary, const std::string& detail,
                   const char* help, const std::string& address) {
  Diagnostic d = failure(code, summary, detail, help, error_class_of(status));
  d.address = address;
  CallResult result;
  result.status = status;
  result.diagnostics.add(std::move(d));
  return result;
}

// What is known about the world after a call that nobody waits for any more.
CallStatus given_up_as(Function function) {
  switch (effect_of(function)) {
    case Effect::write: return CallStatus::in_doubt;
    case Effect::read: return CallStatus::unreachable;
    case Effect::none: return CallStatus::internal;
  }
  return CallStatus::internal;
}

CallResult given_up(const PluginCall& call, Function function, const CallContext& context, std::chrono::milliseconds grace) {
  const char* why = context.cancel.stop_requested() ? "it was told to stop" : "its time was up";
  return refusal(given_up_as(function), "plugin.no-return", "a plugin did not come back from a call",
                 call.who() + ": " + why + ", but it went on for " + std::to_string(grace.count()) +
                     " ms more; dfx no longer waits",
                 function == Function::apply ? "nobody knows whether it had an effect: the next run looks before it does anything"
                                             : "this is a bug of the plugin; please report it to its authors",
                 context.address);
}

CallResult no_turn(Turn::Got got, const PluginCall& call, const CallContext& context) {
  switch (got) {
    case Turn::Got::cancelled:
      return refusal(CallStatus::cancelled, "plugin.cancelled", "a call was cancelled before it began", call.who(), "",
                     context.address);
    case Turn::Got::stuck:
      return refusal(CallStatus::transient, "plugin.stuck", "a plugin is stuck in an earlier call",
                     call.who() + ": it takes one call at a time, and one of them never came back", "run this again",
                     context.address);
    default:
      return refusal(CallStatus::transient, "plugin.busy", "a plugin was busy for too long",
                     call.who() + ": it takes one call at a time, and its time was up before its turn",
                     "run this again", context.address);
  }
}

// Of any host in this process: libraries are never unloaded.
std::atomic<bool> refused{false};

}  // namespace

struct PluginHost::Loaded {
  Loaded(Manifest m, const dfx_provider& p) : manifest(std::move(m)), provider(p) {}

  const Manifest manifest;
  const dfx_provider& provider;
  Turn turn;  // of a serial plugin
  std::atomic<std::size_t> running{0};
};

// One call's place in its plugin, until the call ends; held by the thread that runs it.
class PluginHost::Place {
 public:
  explicit Place(std::shared_ptr<Loaded> plugin) : x_plugin(std::move(plugin)) { ++x_plugin->running; }
  ~Place() {
    --x_plugin->running;
    if (x_plugin->manifest.serial) x_plugin->turn.give_back();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  const std::shared_ptr<Loaded> x_plugin;
};

PluginHost::PluginHost(const dfx_host* host, PluginHostOptions options) : x_host(host), x_options(options) {}

PluginHost::~PluginHost() {
  for (const auto& [name, plugin] : x_plugins) {
    if (plugin->running != 0) continue;
    try {
      plugin->provider.destroy(&plugin->provider);
    } catch (...) {
      // A plugin that throws while it is put away has nothing left to spoil.
    }
  }
}

void PluginHost::add_builtin(const dfx_plugin* entry) {
  const Json manifest = builtin_manifest(*entry);
  add(*entry, manifest_from_json(manifest), "part of dfx");
}

void PluginHost::use(const InstalledPlugin& plugin, const Admit& admit) {
  if (in_use(plugin.manifest.name)) return;
  const std::string where = plugin.library.string();
  try {
    const Library library = load_library(plugin.library, plugin.manifest.name, admit);
    check_description(describe_plugin(*library.entry, where), plugin.manifest_json, where);
    add(*library.entry, manifest_from_json(plugin.manifest_json), where);
  } catch (...) {
    refused = true;
    throw;
  }
}

bool PluginHost::refused_loaded_code() { return refused; }

void PluginHost::add(const dfx_plugin& entry, Manifest manifest, const std::string& where) {
  if (manifest.name != entry.name || manifest.version != entry.version || manifest.abi_major != static_cast<int>(entry.abi_major))
    throw Error("plugin.manifest-differs", "a plugin cannot be used",
                where + ": name, version or ABI in its manifest are not those of its entry", "build the plugin again");
  const dfx_provider& provider = create_provider(entry, x_host, where);
  const auto loaded = std::make_shared<Loaded>(std::move(manifest), provider);
  const std::unique_lock lock(x_mutex);
  x_plugins.emplace(loaded->manifest.name, loaded);
  for (const Kind& kind : loaded->manifest.kinds) x_kinds.emplace(kind.name, &kind);
}

bool PluginHost::in_use(const std::string& plugin) const { return find(plugin) != nullptr; }

std::shared_ptr<PluginHost::Loaded> PluginHost::find(const std::string& plugin) const {
  const std::shared_lock lock(x_mutex);
  const auto found = x_plugins.find(plugin);
  return found == x_plugins.end() ? nullptr : found->second;
}

std::size_t PluginHost::left_behind() const {
  const std::shared_lock lock(x_mutex);
  std::size_t out = 0;
  for (const auto& [name, plugin] : x_plugins) out += plugin->running;
  return out;
}

const Kind* PluginHost::find_kind(const std::string& name) const {
  if (x_options.catalog != nullptr)
    if (const Kind* kind = x_options.catalog->find_kind(name)) return kind;
  const std::shared_lock lock(x_mutex);
  const auto found = x_kinds.find(name);
  return found == x_kinds.end() ? nullptr : found->second;
}

// Requests about resources name their kind; the engine writes it first.
const Kind* PluginHost::kind_of(Function function, std::string_view request) const {
  constexpr std::string_view k_first = R"({"kind":")";
  if (function == Function::expand) return nullptr;
  if (request.compare(0, k_first.size(), k_first) == 0) {
    const std::string_view rest = request.substr(k_first.size());
    return find_kind(std::string(rest.substr(0, rest.find('"'))));
  }
  std::string name;
  scan_members(request, [&](std::string_view key, std::string_view raw) {
    if (key == "kind") name = std::string(plain_string(raw).value_or(""));
  });
  return find_kind(name);
}

CallResult PluginHost::call(const std::string& plugin, Function function, CallContext& context, std::string_view request) {
  const std::string what = "plugin `" + plugin + "`, " + to_string(function) + ": ";
  try {
    if (const auto loaded = find(plugin)) return run(loaded, function, context, request);
    return refusal(CallStatus::internal, "plugin.not-in-use", "a plugin was not loaded",
                   what + "it was called before it was loaded",
                   "this is a bug of dfx; please report it", context.address);
  } catch (const std::system_error& e) {
    return refusal(CallStatus::transient, "plugin.no-thread", "a plugin could not be called", what + e.what(),
                   "free memory or threads, then run this again", context.address);
  } catch (const std::exception& e) {
    return refusal(CallStatus::internal, "plugin.bad-answer", "a plugin gave an answer that cannot be understood",
                   what + e.what(), "", context.address);
  }
}

CallResult PluginHost::run(const std::shared_ptr<Loaded>& plugin, Function function, const CallContext& context,
                           std::string_view request) {
  CallContext bounded = context;
  bounded.deadline = std::min(context.deadline, CallLanes::Clock::now() + k_never);
  const auto call = std::make_shared<PluginCall>(plugin->manifest, plugin->provider, function, bounded, request,
                                                 x_options.most_response_bytes);
  std::uint64_t ticket = 0;
  if (plugin->manifest.serial)
    if (const Turn::Got got = plugin->turn.take(bounded.deadline, bounded.cancel, ticket); got != Turn::Got::yes)
      return no_turn(got, *call, context);
  auto work = [call, place = std::make_shared<Place>(plugin)] { call->run(); };
  if (x_lanes.run(std::move(work), {bounded.deadline, bounded.cancel, x_options.grace}))
    return call->conclude(kind_of(function, request));
  if (plugin->manifest.serial) plugin->turn.leave_behind(ticket);
  call->give_up();
  return given_up(*call, function, context, x_options.grace);
}

}  // namespace dfx
