// A host for a plugin's unit tests: it answers from what the test scripts, and keeps what the plugin did.
//
//   FakeHost host;
//   host.on("GET", "/1.0/things/*", [](const Request& r) { return Answer{200, {{"name", r.tail}}}; });
//   LoadedPlugin plugin(dfx_plugin_entry, host);
//   Outcome seen = plugin.read({{"kind", "x.thing"}, ...});
//
// It holds plugins to the rules of the boundary: no request during expand, only GET and HEAD outside apply, on machines
// only what the manifest declares as read-only, checkpoints during apply only. No sockets, no clock: time never passes unless the test says so. [one
// thread]
#pragma once
#include <dfx/sdk.hpp>

#include "fake_machines.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace dfx::testing {

using sdk::Json;

struct Request {
  std::string method;
  std::string url;
  std::string path;   // without origin and query
  std::string query;  // without "?"
  std::string tail;   // what the "*" of the pattern stands for
  Json headers;
  Json tls;
  Json body;  // null if it is no JSON
  std::string text;
};

// Either a JSON body or raw text.
struct Answer {
  int status = 200;
  Json body = nullptr;
  std::string text = {};
  Json headers = Json::object();
  std::int32_t outcome = DFX_OK;  // another status of the ABI: there was no answer
};

// How a call ended.
struct Outcome {
  std::int32_t status = DFX_INTERNAL;
  std::vector<Json> lines;
  std::vector<Json> diagnostics;

  // The line of an address; throws std::runtime_error if there is none.
  const Json& at(const std::string& address) const {
    for (const Json& line : lines)
      if (line.value("address", "") == address) return line;
    throw std::runtime_error("no line for " + address);
  }
  // The first problem's code, or "".
  std::string code() const { return diagnostics.empty() ? "" : diagnostics.front().value("code", ""); }
};

class FakeHost {
 public:
  using Handler = std::function<Answer(const Request&)>;

  FakeHost() : x_host{this, &get_extension} {}
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  // `path` is matched without origin and query; a "*" at its end stands for anything. Later rules come first,
  // so that a test bends what its fixture has set up.
  void on(std::string method, std::string path, Handler handler) {
    x_rules.push_back({std::move(method), std::move(path), std::move(handler)});
  }
  void on(std::string method, std::string path, Answer answer) {
    on(std::move(method), std::move(path), [answer](const Request&) { return answer; });
  }

  std::vector<Request> requests;
  std::vector<std::string> said;  // progress
  std::vector<Json> checkpoints;
  std::map<std::string, std::string> secrets;  // by handle
  FakeMachines machines;
  // What is said first at address:port; nothing: nobody listens.
  std::function<std::optional<std::string>(const std::string& address, std::uint16_t port)> probe;
  std::function<bool()> cancelled = [] { return false; };

  // The requests so far as "GET /1.0", in order.
  std::vector<std::string> log() const {
    std::vector<std::string> out;
    for (const Request& r : requests) out.push_back(r.method + " " + r.path);
    return out;
  }
  std::size_t count(const std::string& method, const std::string& path) const {
    std::size_t n = 0;
    for (const Request& r : requests) n += r.method == method && r.path == path ? 1 : 0;
    return n;
  }
  // The newest request of this kind; throws std::runtime_error if there was none.
  const Request& last(const std::string& method, const std::string& path) const {
    for (auto r = requests.rbegin(); r != requests.rend(); ++r)
      if (r->method == method && r->path == path) return *r;
    throw std::runtime_error("no " + method + " " + path);
  }

  const dfx_host* host() const { return &x_host; }

 private:
  friend class LoadedPlugin;
  struct Rule {
    std::string method, path;
    Handler handler;
  };
  // What dfx_call.context points to.
  struct Context {
    std::string function;
    std::vector<Json>* diagnostics;
  };

  static FakeHost& self(const dfx_host* h) { return *static_cast<FakeHost*>(h->context); }
  static Context& context(const dfx_call* c) { return *static_cast<Context*>(c->context); }

  static const void* get_extension(const dfx_host*, const char* id) {
    static const dfx_http http{&request};
    static const dfx_net net{&do_probe};
    static const dfx_progress progress{&say};
    static const dfx_journal journal{&checkpoint};
    static const dfx_clock clock{&time_left, &is_cancelled, &now};
    static const dfx_secret secret{&reveal, &keep};
    static const dfx_ssh ssh{&ssh_exec, &ssh_look, &ssh_read, &ssh_write};
    static const dfx_artifact artifact{&artifact_fetch, &artifact_read, &artifact_push};
    const std::string_view name = id;
    if (name == DFX_HTTP_ID) return &http;
    if (name == DFX_NET_ID) return &net;
    if (name == DFX_PROGRESS_ID) return &progress;
    if (name == DFX_JOURNAL_ID) return &journal;
    if (name == DFX_CLOCK_ID) return &clock;
    if (name == DFX_SSH_ID) return &ssh;
    if (name == DFX_ARTIFACT_ID) return &artifact;
    return name == DFX_SECRET_ID ? &secret : nullptr;
  }

  static std::int32_t refuse(const dfx_call* call, std::int32_t status, const std::string& why) {
    context(call).diagnostics->push_back({{"severity", "error"},
                                          {"code", "fake.refused"},
                                          {"summary", "the fake host refuses"},
                                          {"detail", why}});
    return status;
  }

  static Request read_request(dfx_bytes head, dfx_bytes body) {
    const Json json = Json::parse(sdk::view(head));
    Request r;
    r.method = json.value("method", "GET");
    r.url = json.at("url");
    r.headers = json.value("headers", Json::object());
    r.tls = json.value("tls", Json::object());
    r.text = std::string(sdk::view(body));
    r.body = r.text.empty() ? Json() : Json::parse(r.text, nullptr, false);
    if (r.body.is_discarded()) r.body = nullptr;
    const bool socket = r.url.rfind("unix://", 0) == 0;
    const std::size_t start = socket ? r.url.find(":/", 7) : r.url.find('/', r.url.find("://") + 3);
    const std::string rest = start == std::string::npos ? "/" : r.url.substr(socket ? start + 1 : start);
    const std::size_t mark = rest.find('?');
    r.path = rest.substr(0, mark);
    r.query = mark == std::string::npos ? "" : rest.substr(mark + 1);
    return r;
  }

  static bool matches(const Rule& rule, Request& r) {
    if (rule.method != r.method) return false;
    if (rule.path.empty() || rule.path.back() != '*') return rule.path == r.path;
    const std::size_t size = rule.path.size() - 1;
    if (r.path.compare(0, size, rule.path, 0, size) != 0) return false;
    r.tail = r.path.substr(size);
    return true;
  }

  static std::int32_t request(const dfx_host* h, const dfx_call* call, dfx_bytes head, dfx_bytes body,
                              const dfx_sink* head_out, const dfx_sink* body_out) {
    FakeHost& me = self(h);
    Request r = read_request(head, body);
    const std::string function = context(call).function;
    const bool reads = r.method == "GET" || r.method == "HEAD";
    if (is_pure(function) || (!reads && function != "apply"))
      return refuse(call, DFX_INVALID, r.method + " " + r.path + " during " + function);
    for (auto rule = me.x_rules.rbegin(); rule != me.x_rules.rend(); ++rule) {
      if (!matches(*rule, r)) continue;
      me.requests.push_back(r);
      const Answer a = rule->handler(me.requests.back());
      if (a.outcome != DFX_OK) return refuse(call, a.outcome, r.method + " " + r.url + ": no answer");
      head_out->write(head_out, sdk::bytes(sdk::dump({{"status", a.status}, {"headers", a.headers}})));
      body_out->write(body_out, sdk::bytes(a.body.is_null() ? a.text : sdk::dump(a.body)));
      return DFX_OK;
    }
    me.requests.push_back(r);
    return refuse(call, DFX_UNREACHABLE, "nothing is scripted for " + r.method + " " + r.path);
  }

  static bool is_pure(const std::string& function) {
    return function == "expand" || function == "normalize" || function == "migrate";
  }

  // DFX_OK, or why a call may not do this with a machine.
  static std::int32_t admit(const dfx_host* h, const dfx_call* call, const Json& request, bool writes, const std::string& what) {
    const std::string& function = context(call).function;
    if (is_pure(function) || (writes && function != "apply")) return refuse(call, DFX_INVALID, what + " during " + function);
    const std::string address = request.contains("machine") ? FakeMachines::address_of(request) : "";
    if (self(h).machines.down.count(address) == 0) return DFX_OK;
    if (request.value("quiet", false)) return DFX_UNREACHABLE;
    return refuse(call, DFX_UNREACHABLE, address + " is down");
  }

  static std::int32_t ssh_exec(const dfx_host* h, const dfx_call* call, dfx_bytes head, dfx_bytes input,
                               const dfx_sink* result, const dfx_sink* output, const dfx_sink* errors) {
    FakeMachines& m = self(h).machines;
    const Ran r = FakeMachines::read_command(Json::parse(sdk::view(head)), sdk::view(input));
    if (const std::int32_t refused = admit(h, call, r.request, !m.reads_only(r), r.line); refused != DFX_OK) return refused;
    m.ran.push_back(r);
    m.log.push_back(r.address + " " + r.line);
    const FakeMachines::Handler* handler = m.find(r.line);
    if (handler == nullptr) return refuse(call, DFX_UNREACHABLE, "nothing is scripted for " + r.line);
    const Said said = (*handler)(r);
    if (said.outcome != DFX_OK) return refuse(call, said.outcome, r.line + ": it is not known how it ended");
    result->write(result, sdk::bytes(sdk::dump(said.signal.empty() ? Json{{"status", said.status}} : Json{{"signal", said.signal}})));
    output->write(output, sdk::bytes(said.output));
    errors->write(errors, sdk::bytes(said.errors));
    return DFX_OK;
  }

  static std::int32_t ssh_look(const dfx_host* h, const dfx_call* call, dfx_bytes head, const dfx_sink* result) {
    FakeMachines& m = self(h).machines;
    const Json request = Json::parse(sdk::view(head));
    if (const std::int32_t refused = admit(h, call, request, false, "look"); refused != DFX_OK) return refused;
    Json out = Json::array();
    for (const Json& file : request.at("files"))
      out.push_back(m.seen(FakeMachines::address_of(request), file.at("path"), file.contains("contents") ? &file["contents"] : nullptr));
    result->write(result, sdk::bytes(sdk::dump(out)));
    return DFX_OK;
  }

  static std::int32_t ssh_read(const dfx_host* h, const dfx_call* call, dfx_bytes head, const dfx_sink* result,
                               const dfx_sink* contents) {
    FakeMachines& m = self(h).machines;
    const Json request = Json::parse(sdk::view(head));
    const std::string address = FakeMachines::address_of(request), path = request.at("path");
    if (const std::int32_t refused = admit(h, call, request, false, "read " + path); refused != DFX_OK) return refused;
    const Json seen = m.seen(address, path, nullptr);
    result->write(result, sdk::bytes(sdk::dump(seen)));
    if (seen["type"] == "file") contents->write(contents, sdk::bytes(m.file(address, path).contents));
    return DFX_OK;
  }

  static std::int32_t ssh_write(const dfx_host* h, const dfx_call* call, dfx_bytes head, dfx_bytes raw, const dfx_sink* result) {
    FakeMachines& m = self(h).machines;
    const Json request = Json::parse(sdk::view(head));
    const std::string what = "write " + request.at("path").get<std::string>();
    if (const std::int32_t refused = admit(h, call, request, true, what); refused != DFX_OK) return refused;
    const std::string text = request.contains("contents") ? FakeMachines::text_of(request["contents"]) : std::string(sdk::view(raw));
    result->write(result, sdk::bytes(sdk::dump(m.put(request, {text}, "write"))));
    return DFX_OK;
  }

  static std::int32_t artifact_fetch(const dfx_host* h, const dfx_call* call, dfx_bytes head, const dfx_sink* result) {
    FakeMachines& m = self(h).machines;
    const Json request = Json::parse(sdk::view(head));
    const std::string sha256 = request.at("sha256");
    if (const std::int32_t refused = admit(h, call, request, false, "fetch"); refused != DFX_OK) return refused;
    const auto found = m.artifacts.find(sha256);
    if (found == m.artifacts.end()) return refuse(call, DFX_ABSENT, "nobody has " + sha256);
    const bool fetched = m.fetched.insert(sha256).second;
    if (fetched) m.log.push_back("fetch " + sha256);
    result->write(result, sdk::bytes(sdk::dump({{"size", found->second.size()}, {"fetched", fetched}})));
    return DFX_OK;
  }

  static std::int32_t artifact_read(const dfx_host* h, const dfx_call* call, dfx_bytes head, const dfx_sink* contents) {
    FakeMachines& m = self(h).machines;
    const Json request = Json::parse(sdk::view(head));
    if (const std::int32_t refused = admit(h, call, request, false, "read an artifact"); refused != DFX_OK) return refused;
    if (m.fetched.count(request.at("sha256")) == 0) return refuse(call, DFX_ABSENT, "it was not fetched");
    contents->write(contents, sdk::bytes(m.artifacts.at(request["sha256"])));
    return DFX_OK;
  }

  static std::int32_t artifact_push(const dfx_host* h, const dfx_call* call, dfx_bytes head, const dfx_sink* result) {
    FakeMachines& m = self(h).machines;
    const Json request = Json::parse(sdk::view(head));
    const std::string sha256 = request.at("sha256");
    if (const std::int32_t refused = admit(h, call, request, true, "push"); refused != DFX_OK) return refused;
    if (m.fetched.count(sha256) == 0) return refuse(call, DFX_ABSENT, "it was not fetched");
    FakeFile file{m.artifacts.at(sha256)};
    file.sha256 = sha256;
    Json done = m.put(request, std::move(file), "push");
    done["sent"] = done["rewritten"] == true ? m.artifacts.at(sha256).size() : 0;
    result->write(result, sdk::bytes(sdk::dump(done)));
    return DFX_OK;
  }

  static std::int32_t do_probe(const dfx_host* h, const dfx_call*, dfx_bytes address, std::uint16_t port,
                               std::uint32_t, std::uint32_t limit, const dfx_sink* banner) {
    FakeHost& me = self(h);
    const auto said = me.probe ? me.probe(std::string(sdk::view(address)), port) : std::nullopt;
    if (!said) return DFX_UNREACHABLE;
    banner->write(banner, sdk::bytes(std::string_view(*said).substr(0, limit)));
    return DFX_OK;
  }

  static void say(const dfx_host* h, const dfx_call*, dfx_bytes text) {
    self(h).said.emplace_back(sdk::view(text));
  }
  static std::int32_t checkpoint(const dfx_host* h, const dfx_call* call, dfx_bytes json) {
    if (context(call).function != "apply") return DFX_INTERNAL;
    self(h).checkpoints.push_back(Json::parse(sdk::view(json)));
    return DFX_OK;
  }
  static std::uint64_t time_left(const dfx_host*, const dfx_call*) { return 60000; }
  static std::int32_t is_cancelled(const dfx_host* h, const dfx_call*) { return self(h).cancelled() ? 1 : 0; }
  static std::int64_t now(const dfx_host*, const dfx_call*) { return 0; }
  static std::int32_t reveal(const dfx_host* h, const dfx_call*, dfx_bytes handle, const dfx_sink* value) {
    const auto found = self(h).secrets.find(std::string(sdk::view(handle)));
    if (found == self(h).secrets.end()) return DFX_ABSENT;
    value->write(value, sdk::bytes(found->second));
    return DFX_OK;
  }
  static std::int32_t keep(const dfx_host* h, const dfx_call*, dfx_bytes value, const dfx_sink* handle) {
    const std::string name = "kept/" + std::to_string(self(h).secrets.size());
    self(h).secrets[name] = std::string(sdk::view(value));
    handle->write(handle, sdk::bytes(name));
    return DFX_OK;
  }

  dfx_host x_host;
  std::vector<Rule> x_rules;
};

// A plugin as dfx sees it, without a library: everything goes through the C ABI.
class LoadedPlugin {
 public:
  LoadedPlugin(const dfx_plugin& plugin, FakeHost& host) : x_provider(plugin.create(host.host())) {
    if (x_provider == nullptr) throw std::runtime_error("the plugin could not be made");
    host.machines.read_only = manifest(plugin).value("read_only", Json::array());
  }
  ~LoadedPlugin() { x_provider->destroy(x_provider); }
  LoadedPlugin(const LoadedPlugin&) = delete;
  LoadedPlugin& operator=(const LoadedPlugin&) = delete;

  Outcome expand(const Json& request) { return call("expand", x_provider->expand, request); }
  Outcome normalize(const Json& request) { return call("normalize", x_provider->normalize, request); }
  Outcome migrate(const Json& request) { return call("migrate", x_provider->migrate, request); }
  Outcome plan(const Json& request) { return call("plan", x_provider->plan, request); }
  Outcome read(const Json& request) { return call("read", x_provider->read, request); }
  Outcome apply(const Json& request) { return call("apply", x_provider->apply, request); }
  Outcome health(const Json& request) { return call("health", x_provider->health, request); }

  static Json manifest(const dfx_plugin& plugin) {
    sdk::StringSink sink;
    if (plugin.describe(sink.sink()) != DFX_OK) throw std::runtime_error("describe failed");
    return Json::parse(sink.text);
  }

 private:
  using Function = std::int32_t (*)(const dfx_provider*, const dfx_call*);

  static std::int32_t take_diagnostic(const dfx_sink* sink, dfx_bytes bytes) {
    static_cast<std::vector<Json>*>(sink->context)->push_back(Json::parse(sdk::view(bytes)));
    return DFX_OK;
  }

  Outcome call(const char* name, Function function, const Json& request) {
    Outcome out;
    FakeHost::Context context{name, &out.diagnostics};
    const std::string text = sdk::dump(request);
    sdk::StringSink response;
    const dfx_sink diagnostics{&out.diagnostics, &take_diagnostic};
    const dfx_call c{&context, sdk::bytes(text), response.sink(), &diagnostics};
    out.status = function(x_provider, &c);
    if (out.status != DFX_OK) return out;
    for (std::string_view rest = response.text; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      if (end != 0) out.lines.push_back(Json::parse(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
  }

  const dfx_provider* x_provider;
};

}  // namespace dfx::testing
