// The C++20 layer over dfx/plugin.h: a plugin is a class, its kinds are classes, one macro exports it.
// Header-only; exceptions never cross the boundary; throw dfx::Failure to end a call with a class and words.
#pragma once
#include <dfx/host.h>
#include <dfx/http.h>
#include <dfx/plugin.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dfx::sdk {

using Json = nlohmann::json;

inline std::string_view view(dfx_bytes b) { return {b.data, static_cast<std::size_t>(b.size)}; }
inline dfx_bytes bytes(std::string_view s) { return {s.data(), s.size()}; }
inline std::string dump(const Json& j) { return j.dump(-1, ' ', false, Json::error_handler_t::replace); }

// Ends a call. `status` is one of DFX_INVALID ...; summary is constant text, detail and help are sentences.
class Failure : public std::runtime_error {
 public:
  Failure(std::int32_t status, std::string code, std::string summary, std::string detail = {}, std::string help = {})
      : std::runtime_error(summary), x_status(status), x_code(std::move(code)), x_detail(std::move(detail)),
        x_help(std::move(help)) {}
  std::int32_t status() const { return x_status; }
  const std::string& code() const { return x_code; }
  const std::string& detail() const { return x_detail; }
  const std::string& help() const { return x_help; }

 private:
  std::int32_t x_status;
  std::string x_code, x_detail, x_help;
};

// A sink that collects into a string; hand `sink()` to a host function.
class StringSink {
 public:
  StringSink() : x_sink{this, &StringSink::write} {}
  StringSink(const StringSink&) = delete;
  StringSink& operator=(const StringSink&) = delete;
  const dfx_sink* sink() const { return &x_sink; }
  std::string text;

 private:
  static std::int32_t write(const dfx_sink* s, dfx_bytes b) {
    static_cast<StringSink*>(s->context)->text.append(view(b));
    return DFX_OK;
  }
  dfx_sink x_sink;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // "https://host:8443/1.0" or "unix:///path:/1.0"
  Json headers = Json::object();
  Json tls = Json::object();  // pin, ca, certificate, key
  Json body;                  // null: none; anything else is sent as JSON, $dfx nodes evaluated by the host
  std::string raw_body;       // used if body is null
  std::chrono::milliseconds timeout{30000};
};

struct HttpAnswer {
  int status = 0;
  Json headers;
  std::string body;
  Json json() const { return Json::parse(body, nullptr, false); }  // discarded value if the body is no JSON
};

// One call in progress: its request and the host's services. Lives on the stack of the thunk. [this call's thread]
class Call {
 public:
  Call(const dfx_host* host, const dfx_call* call) : x_host(host), x_call(call) {}

  std::string_view request_text() const { return view(x_call->request); }
  // Writes one JSON value and a line feed to the response.
  void respond(const Json& value) const { respond_text(dump(value)); }
  void respond_text(std::string_view json) const {
    x_call->response->write(x_call->response, bytes(json));
    x_call->response->write(x_call->response, bytes("\n"));
  }
  void diagnose(const Json& record) const { x_call->diagnostics->write(x_call->diagnostics, bytes(dump(record))); }
  void warn(std::string_view code, std::string_view summary, std::string_view detail = {}) const {
    diagnose({{"severity", "warning"}, {"code", code}, {"summary", summary}, {"detail", detail}});
  }

  // One HTTP request. Throws Failure with the host's status if there was no answer; any HTTP status is an answer.
  HttpAnswer http(const HttpRequest& request) const;
  // True if address:port accepts a connection; then `banner` holds what it said first (at most 255 bytes).
  bool probe(std::string_view address, std::uint16_t port, std::chrono::milliseconds timeout, std::string& banner) const;
  void progress(std::string_view line) const {
    if (auto* t = extension<dfx_progress>(DFX_PROGRESS_ID)) t->say(x_host, x_call, bytes(line));
  }
  // Durable when it returns; throws Failure if it could not be kept (then stop before the next side effect).
  void checkpoint(const Json& value) const {
    auto* t = extension<dfx_journal>(DFX_JOURNAL_ID);
    if (t == nullptr || t->checkpoint(x_host, x_call, bytes(dump(value))) != DFX_OK)
      throw Failure(DFX_INTERNAL, "journal.failed", "a checkpoint could not be kept");
  }
  bool cancelled() const {
    auto* t = extension<dfx_clock>(DFX_CLOCK_ID);
    return t != nullptr && t->cancelled(x_host, x_call) != 0;
  }
  std::chrono::milliseconds time_left() const {
    auto* t = extension<dfx_clock>(DFX_CLOCK_ID);
    return std::chrono::milliseconds(t == nullptr ? 0 : t->time_left_ms(x_host, x_call));
  }
  // Seals a value and gives the node that stands for it: {"$dfx": {"secret": handle}}.
  Json keep_secret(std::string_view value) const {
    auto* t = extension<dfx_secret>(DFX_SECRET_ID);
    StringSink handle;
    if (t == nullptr || t->keep(x_host, x_call, bytes(value), handle.sink()) != DFX_OK)
      throw Failure(DFX_INTERNAL, "secret.not-kept", "a secret could not be kept");
    return {{"$dfx", {{"secret", handle.text}}}};
  }
  // The value behind a secret node: only for what leaves through no host service. Throws Failure if there is none.
  std::string reveal(const Json& node) const {
    auto* t = extension<dfx_secret>(DFX_SECRET_ID);
    const std::string handle = node.at("$dfx").at("secret").get<std::string>();
    StringSink value;
    if (t == nullptr || t->reveal(x_host, x_call, bytes(handle), value.sink()) != DFX_OK)
      throw Failure(DFX_INVALID, "secret.absent", "a secret has no value", handle);
    return value.text;
  }

 private:
  template <typename Table>
  const Table* extension(const char* id) const {
    return x_host == nullptr ? nullptr : static_cast<const Table*>(x_host->get_extension(x_host, id));
  }

  const dfx_host* x_host;
  const dfx_call* x_call;
};

inline HttpAnswer Call::http(const HttpRequest& request) const {
  auto* table = extension<dfx_http>(DFX_HTTP_ID);
  if (table == nullptr) throw Failure(DFX_UNSUPPORTED, "host.no-http", "this host offers no HTTP");
  Json head_in = {{"method", request.method}, {"url", request.url}, {"headers", request.headers},
                  {"timeout_ms", request.timeout.count()}};
  if (!request.tls.empty()) head_in["tls"] = request.tls;
  std::string body = request.raw_body;
  if (!request.body.is_null()) {
    body = dump(request.body);
    head_in["body"] = "json";
    if (!request.headers.contains("content-type")) head_in["headers"]["content-type"] = "application/json";
  }
  StringSink head, answer_body;
  const std::int32_t status =
      table->request(x_host, x_call, bytes(dump(head_in)), bytes(body), head.sink(), answer_body.sink());
  // The host has written its own words to the call's diagnostics: no second record.
  if (status != DFX_OK) throw Failure(status, "", "request failed");
  HttpAnswer answer;
  const Json head_json = Json::parse(head.text);
  answer.status = head_json.value("status", 0);
  answer.headers = head_json.value("headers", Json::object());
  answer.body = std::move(answer_body.text);
  return answer;
}

inline bool Call::probe(std::string_view address, std::uint16_t port, std::chrono::milliseconds timeout,
                        std::string& banner) const {
  auto* table = extension<dfx_net>(DFX_NET_ID);
  if (table == nullptr) throw Failure(DFX_UNSUPPORTED, "host.no-net", "this host offers no TCP probe");
  StringSink out;
  const std::int32_t status = table->probe(x_host, x_call, bytes(address), port,
                                           static_cast<std::uint32_t>(timeout.count()), 255, out.sink());
  if (status == DFX_CANCELLED) throw Failure(DFX_CANCELLED, "", "cancelled");
  banner = std::move(out.text);
  return status == DFX_OK;
}

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

namespace detail {

inline Json failure_record(const std::string& code, const std::string& summary, const std::string& detail,
                           const std::string& help) {
  return {{"severity", "error"}, {"code", code}, {"summary", summary}, {"detail", detail}, {"help", help}};
}

// Runs `body`, turning every exception into a status and a diagnostic.
template <typename Body>
std::int32_t guard(const dfx_host* host, const dfx_call* call, Body body) noexcept {
  try {
    const Call c(host, call);
    try {
      body(c);
      return DFX_OK;
    } catch (const Failure& f) {
      if (!f.code().empty()) c.diagnose(failure_record(f.code(), f.what(), f.detail(), f.help()));
      return f.status();
    } catch (const Json::exception& e) {
      c.diagnose(failure_record("plugin.bad-json", "the plugin met JSON that it did not expect", e.what(), ""));
      return DFX_INTERNAL;
    } catch (const std::exception& e) {
      c.diagnose(failure_record("plugin.exception", "the plugin threw an exception", e.what(), ""));
      return DFX_INTERNAL;
    } catch (...) {
      c.diagnose(failure_record("plugin.exception", "the plugin threw something that is no exception", "", ""));
      return DFX_INTERNAL;
    }
  } catch (...) {
    return DFX_INTERNAL;
  }
}

template <typename P>
class Provider {
 public:
  explicit Provider(const dfx_host* host) : x_host(host) {
    for (auto& kind : x_plugin.kinds()) {
      std::string name = kind->describe().at("kind");
      x_kinds.emplace(std::move(name), std::move(kind));
    }
    x_table = {this, &destroy, &expand, &normalize, &migrate, &plan, &read, &apply, &health, &get_extension};
  }
  const dfx_provider* table() const { return &x_table; }

 private:
  static Provider* self(const dfx_provider* p) { return static_cast<Provider*>(p->context); }
  const Kind& kind(const Json& request) const {
    const std::string& name = request.at("kind").template get_ref<const std::string&>();
    const auto it = x_kinds.find(name);
    if (it == x_kinds.end()) throw Failure(DFX_UNSUPPORTED, "plugin.no-such-kind", "this plugin has no such kind", name);
    return *it->second;
  }
  template <typename Body>
  static std::int32_t run(const dfx_provider* p, const dfx_call* call, Body body) noexcept {
    Provider* me = self(p);
    return guard(me->x_host, call, [&](const Call& c) { body(*me, c, Json::parse(c.request_text())); });
  }

  static void destroy(const dfx_provider* p) { delete self(p); }
  static std::int32_t expand(const dfx_provider* p, const dfx_call* call) {
    return run(p, call, [](Provider& me, const Call& c, const Json& request) {
      Expansion out(c);
      me.x_plugin.expand(c, request, out);
    });
  }
  static std::int32_t normalize(const dfx_provider* p, const dfx_call* call) {
    return run(p, call, [](Provider& me, const Call& c, const Json& r) { c.respond(me.kind(r).normalize(r.at("desired"))); });
  }
  static std::int32_t migrate(const dfx_provider* p, const dfx_call* call) {
    return run(p, call, [](Provider& me, const Call& c, const Json& r) {
      c.respond(me.kind(r).migrate(r.at("schema_version").template get<int>(), r.at("state")));
    });
  }
  static std::int32_t plan(const dfx_provider* p, const dfx_call* call) {
    return run(p, call, [](Provider& me, const Call& c, const Json& r) { me.kind(r).plan(c, r); });
  }
  static std::int32_t read(const dfx_provider* p, const dfx_call* call) {
    return run(p, call, [](Provider& me, const Call& c, const Json& r) { me.kind(r).read(c, r); });
  }
  static std::int32_t apply(const dfx_provider* p, const dfx_call* call) {
    return run(p, call, [](Provider& me, const Call& c, const Json& r) { c.respond(me.kind(r).apply(c, r)); });
  }
  static std::int32_t health(const dfx_provider* p, const dfx_call* call) {
    return run(p, call, [](Provider& me, const Call& c, const Json& r) { me.kind(r).health(c, r); });
  }
  static const void* get_extension(const dfx_provider*, const char*) { return nullptr; }

  const dfx_host* x_host;
  P x_plugin;
  std::map<std::string, std::unique_ptr<Kind>, std::less<>> x_kinds;
  dfx_provider x_table{};
};

template <typename P>
const dfx_provider* create(const dfx_host* host) noexcept {
  try {
    return (new Provider<P>(host))->table();
  } catch (...) {
    return nullptr;
  }
}

template <typename P>
std::int32_t describe(const dfx_sink* sink, const char* name, const char* version) noexcept {
  try {
    const P plugin;
    Json manifest = plugin.manifest();
    manifest["manifest"] = 1;
    manifest["name"] = name;
    manifest["version"] = version;
    manifest["abi_major"] = DFX_ABI_MAJOR;
    manifest["kinds"] = Json::array();
    for (const auto& kind : plugin.kinds()) manifest["kinds"].push_back(kind->describe());
    return sink->write(sink, bytes(manifest.dump(2) + "\n"));
  } catch (...) {
    return DFX_INTERNAL;
  }
}

}  // namespace detail
}  // namespace dfx::sdk

// Exports `Class` (derived from dfx::sdk::Plugin) as this library's plugin.
#define DFX_PLUGIN(Class, plugin_name, plugin_version)                                                         \
  extern "C" {                                                                                                 \
  extern const dfx_plugin dfx_plugin_entry __attribute__((visibility("default")));                            \
  const dfx_plugin dfx_plugin_entry = {                                                                        \
      DFX_MAGIC, DFX_ABI_MAJOR, DFX_ABI_MINOR, 0, plugin_name, plugin_version,                                 \
      [](const dfx_sink* s) -> int32_t { return ::dfx::sdk::detail::describe<Class>(s, plugin_name, plugin_version); }, \
      [](const dfx_host* h) -> const dfx_provider* { return ::dfx::sdk::detail::create<Class>(h); }};          \
  }
