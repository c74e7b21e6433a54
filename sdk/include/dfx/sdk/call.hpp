// One call in progress: its request, its answer, and the host's services.
#pragma once
#include <dfx/host.h>
#include <dfx/http.h>
#include <dfx/sdk/failure.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace dfx::sdk {

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

  // A service of the host, for the layers over it; null if this host has none of that name.
  template <typename Table>
  const Table* extension(const char* id) const {
    return x_host == nullptr ? nullptr : static_cast<const Table*>(x_host->get_extension(x_host, id));
  }
  const dfx_host* host() const { return x_host; }
  const dfx_call* raw() const { return x_call; }

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

}  // namespace dfx::sdk
