#include "host/http/service.hpp"

#include <algorithm>
#include <mutex>
#include <optional>

#include "core/model/json.hpp"
#include "host/http/effect.hpp"
#include "host/http/outcome.hpp"
#include "host/http/probe.hpp"
#include "host/http/request.hpp"
#include "host/http/secret_policy.hpp"
#include "host/http/session_pool.hpp"
#include "host/http/trace_line.hpp"
#include "host/secrets/crypto.hpp"

namespace dfx::host {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

[[noreturn]] void refuse(std::string code, std::string summary, std::string detail, std::string help,
                         ErrorClass error_class = ErrorClass::invalid) {
  throw Error(failure(std::move(code), std::move(summary), std::move(detail), std::move(help), error_class));
}

Reveal reveal_of(const CallContext& call) {
  return [&call](const std::string& handle) {
    auto value = call.secrets != nullptr ? call.secrets->reveal(handle) : std::nullopt;
    if (!value) refuse("http.no-such-secret", "a request names a secret that does not exist", handle, "", ErrorClass::invalid);
    return *std::move(value);
  };
}

[[noreturn]] void refuse_cancelled() {
  refuse("http.cancelled", "a request was given up", "dfx was asked to stop; nothing was sent", "", ErrorClass::cancelled);
}

// Before anything of a request is looked at: a call that is pure opens no secret for it either.
void require_io(const CallContext& call, const char* what) {
  if (call.effect == Effect::none)
    refuse("http.effect-refused", "a request may not be made here",
           "plugin " + call.plugin + " wants " + what + " during `" + call.function + "`, which does no input or output",
           "this is a bug of the plugin: only plan, read, health and apply reach the outside world");
  if (call.cancel.stop_requested()) refuse_cancelled();
  if (call.time_left().count() == 0)
    refuse("http.no-time", "a request came too late", "the time of this `" + call.function + "` is over; nothing was sent",
           "give the component longer under `timeouts`, if it really needs it", ErrorClass::unreachable);
}

void require_permission(const CallContext& call, RequestEffect effect, const Request& request) {
  if (permits(call.effect, effect)) return;
  refuse("http.effect-refused", "a request that may change something is refused",
         "plugin " + call.plugin + " wants " + request.method + " " + request.url.origin() + request.url.path + " during `" +
             call.function + "`, which may only read",
         "this is a bug of the plugin: only `apply` changes things; a request that changes nothing is declared under "
         "`dry_run` in its manifest");
}

Diagnostic internal_problem(std::string why) {
  Diagnostic d;
  d.code = "http.internal";
  d.summary = "the host could not make a request";
  d.detail = std::move(why);
  d.error_class = ErrorClass::internal;
  return d;
}

CallStatus leave_diagnostic(const CallContext& call, Diagnostic d) {
  const CallStatus outcome = status_of(d.error_class);
  d.error_class = error_class_of(outcome);
  if (d.address.empty()) d.address = call.address;
  if (call.secrets != nullptr) {
    d.detail = call.secrets->redact(std::move(d.detail));
    d.help = call.secrets->redact(std::move(d.help));
  }
  if (call.diagnose) call.diagnose(d);
  return outcome;
}

// As a URL it is checked by the same rules as any other destination.
Url probe_url(const std::string& address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  const auto url = parse_url("http://" + (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port));
  if (!url || url->path != "/" || !url->query.empty())
    refuse("http.bad-request", "a plugin's request cannot be sent as it is", "it probes what is no address and port",
           "this is a bug of the plugin, or a setting that it passes on unchecked");
  return *url;
}

Clock::time_point deadline_of(const CallContext& call, Clock::time_point start, milliseconds timeout) {
  return std::min(call.deadline, start + timeout);
}

// Who may share a connection: the same place, the same trust, the same identity. A key is named by its handle, so
// that finding a connection opens no secret.
std::string pool_key(const Request& request, const std::optional<Route>& route) {
  const std::string place = route ? route->host + "|" + std::to_string(route->port) + "|" + route->pin : "";
  return hex(sha256(canonical(Json::array({request.url.origin(), place, request.tls}))));
}

TlsSettings tls_for(const Request& request, const std::optional<Route>& route, const Reveal& reveal) {
  TlsSettings tls = open_tls(request, reveal);
  if (!route || route->pin.empty()) return tls;
  tls.pin = route->pin;
  tls.ca.clear();
  return tls;
}

}  // namespace

struct HttpService::Impl {
  explicit Impl(HttpOptions o) : options(std::move(o)), pool(options.max_idle, options.max_idle_age) {}

  std::optional<Route> route_or_none(const Url& url, const std::string& certificate = {}) const {
    if (options.router == nullptr) return std::nullopt;
    const bool socket = url.scheme == Url::Scheme::unix_socket;
    return options.router->route(socket ? "unix:" + url.socket : url.host, url.port, certificate);
  }

  std::optional<Route> route_to(const Url& url, const std::string& certificate) const {
    auto route = route_or_none(url, certificate);
    if (options.router != nullptr && !route)
      refuse("http.no-route", "a destination has no place in this sandbox",
             url.origin() + " is not simulated, and a sandbox reaches nothing else",
             "use an environment without `sandbox` for the real one");
    return route;
  }

  // Everything from the plugin's words to a ready connection and an answer.
  void exchange(const CallContext& call, const Request& request, RequestEffect effect, std::string_view body,
                TraceLine& line, HttpAnswer& answer);

  // Runs `body`; what it throws becomes a status and one record. The line is written in either case.
  template <typename Body>
  CallStatus guarded(const CallContext& call, const TraceLine& line, const Body& body) {
    CallStatus outcome = CallStatus::internal;
    try {
      outcome = body();
    } catch (const Error& e) {
      outcome = leave_diagnostic(call, e.diagnostics().list().front());
    } catch (const std::exception& e) {
      outcome = leave_diagnostic(call, internal_problem(e.what()));
    }
    write(line.text(outcome));
    return outcome;
  }

  void write(const std::string& text) {
    if (!options.trace) return;
    const std::lock_guard lock(trace_mutex);
    options.trace(text);
  }

  HttpOptions options;
  SecretPolicy policy;
  SessionPool pool;
  std::mutex trace_mutex;
};

void HttpService::Impl::exchange(const CallContext& call, const Request& request, RequestEffect effect,
                                 std::string_view body, TraceLine& line, HttpAnswer& answer) {
  const Reveal reveal = reveal_of(call);
  if (uses_secrets(request, body)) policy.check(call.plugin, request.url);
  const std::optional<Route> route = route_to(request.url, client_certificate(request, reveal));
  const std::string key = pool_key(request, route);
  std::unique_ptr<Session> session = pool.take(key);
  if (!session)
    session = std::make_unique<Session>(Destination{request.url, route, tls_for(request, route, reveal),
                                                    options.connect_timeout, options.max_idle_age});
  std::vector<std::string> headers = open_headers(request, reveal);
  std::string opened = open_body(request, body, reveal);
  const auto start = Clock::now();
  Reply reply = session->run({request.method, request.url.text(), headers, opened, effect != RequestEffect::write,
                              options.max_body, deadline_of(call, start, request.timeout), call.cancel});
  for (std::string& text : headers) wipe(text);
  wipe(opened);
  line.status = reply.status;
  line.bytes = reply.body.size();
  const auto waited = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
  const Attempt attempt{request, effect, reply, session->tls(), waited};
  require_answer(attempt);  // without one, the connection ends here
  pool.put(key, std::move(session));
  refuse_redirect(attempt);
  answer.head = canonical({{"status", reply.status}, {"headers", std::move(reply.headers)}});
  answer.body = std::move(reply.body);
}

HttpService::HttpService(HttpOptions options) {
  start_libcurl();
  x_impl = std::make_unique<Impl>(std::move(options));
}

HttpService::~HttpService() = default;

void HttpService::allow_secret_origins(const std::string& plugin, std::vector<std::string> origins) {
  x_impl->policy.allow(plugin, origins);
}

CallStatus HttpService::request(const CallContext& call, std::string_view request_json, std::string_view body,
                                HttpAnswer& answer) {
  TraceLine line(call);
  return x_impl->guarded(call, line, [&] {
    require_io(call, "to send a request");
    const Request request = parse_request(request_json, reveal_of(call));
    const RequestEffect effect = classify(request.method, request.url, call.dry_run_rules);
    line.about(request.method, request.url, effect);
    require_permission(call, effect, request);
    x_impl->exchange(call, request, effect, body, line, answer);
    return CallStatus::ok;
  });
}

CallStatus HttpService::probe(const CallContext& call, const std::string& address, std::uint16_t port, milliseconds timeout,
                              std::size_t limit, std::string& banner) {
  TraceLine line(call);
  return x_impl->guarded(call, line, [&] {
    require_io(call, "to probe an address");
    const Url url = probe_url(address, port);
    line.about("CONNECT", url, RequestEffect::read);
    const std::optional<Route> route = x_impl->route_or_none(url);
    if (x_impl->options.router != nullptr && !route) return CallStatus::unreachable;
    Ending ending = Ending::done;
    std::string said;
    const ProbeTarget target{url.host, port, route, limit, deadline_of(call, Clock::now(), timeout)};
    const bool connected = probe_tcp(target, call.cancel, said, ending);
    if (ending == Ending::cancelled) refuse_cancelled();
    line.bytes = said.size();
    if (connected) banner = std::move(said);
    return connected ? CallStatus::ok : CallStatus::unreachable;
  });
}

}  // namespace dfx::host
