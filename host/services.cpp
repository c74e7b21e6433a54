#include "host/services.hpp"

#include <dfx/host.h>
#include <dfx/http.h>

#include <algorithm>
#include <mutex>
#include <string>

#include "core/model/json.hpp"
#include "host/handed_secrets.hpp"
#include "host/secrets/crypto.hpp"

namespace dfx::host {
namespace {

constexpr std::size_t k_longest_line = 200;
constexpr JsonLimits k_checkpoint_limits{1u << 20, 64};

std::string_view view(dfx_bytes bytes) {
  return bytes.data == nullptr ? std::string_view() : std::string_view(bytes.data, static_cast<std::size_t>(bytes.size));
}

bool sound(dfx_bytes bytes) { return bytes.data != nullptr || bytes.size == 0; }
bool sound(const dfx_sink* sink) { return sink != nullptr && sink->write != nullptr; }

CallContext* context_of(const dfx_call* call) {
  return call == nullptr ? nullptr : static_cast<CallContext*>(call->context);
}

std::int32_t put(const dfx_sink* sink, std::string_view text) { return sink->write(sink, {text.data(), text.size()}); }

void diagnose(const CallContext& call, std::string code, std::string summary, std::string detail, ErrorClass error_class) {
  if (!call.diagnose) return;
  Diagnostic d = failure(std::move(code), std::move(summary), std::move(detail), "this is a bug of the plugin", error_class);
  d.address = call.address;
  call.diagnose(d);
}

// The functions below run inside calls of C code: whatever is thrown becomes DFX_INTERNAL.
template <typename Body>
std::int32_t guard(const CallContext* call, const Body& body) noexcept {
  if (call == nullptr) return DFX_INTERNAL;
  try {
    return body();
  } catch (const std::exception& e) {
    try {
      const std::string why = call->secrets != nullptr ? call->secrets->redact(e.what()) : e.what();
      diagnose(*call, "host.failed", "a service of the host failed", why, ErrorClass::internal);
    } catch (...) {
      // The words could not be said, a vault that fails cannot redact them: the status says it alone.
    }
    return DFX_INTERNAL;
  } catch (...) {
    return DFX_INTERNAL;  // not an exception of the standard's: it has no words
  }
}

// --- clock, progress, journal ----------------------------------------------------------------------------------

std::uint64_t time_left_ms(const dfx_host*, const dfx_call* call) {
  const CallContext* context = context_of(call);
  return context == nullptr ? 0 : static_cast<std::uint64_t>(context->time_left().count());
}

std::int32_t cancelled(const dfx_host*, const dfx_call* call) {
  const CallContext* context = context_of(call);
  return context == nullptr || context->cancel.stop_requested() || context->time_left().count() == 0 ? 1 : 0;
}

std::int64_t now_ms(const dfx_host*, const dfx_call*) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// One short line, whatever the plugin said.
std::string one_line(std::string_view text) {
  std::string out(text.substr(0, text.find_first_of("\r\n")));
  if (out.size() <= k_longest_line) return out;
  std::size_t end = k_longest_line;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;  // not inside a character
  return out.substr(0, end) + "...";
}

void say(const dfx_host*, const dfx_call* call, dfx_bytes text) {
  const CallContext* context = context_of(call);
  guard(context, [&] {
    std::string line = one_line(view(text));
    if (context->secrets != nullptr) line = context->secrets->redact(std::move(line));
    if (context->progress && !line.empty()) context->progress(line);
    return DFX_OK;
  });
}

std::int32_t checkpoint(const dfx_host*, const dfx_call* call, dfx_bytes text) {
  const CallContext* context = context_of(call);
  return guard(context, [&] {
    if (!context->checkpoint) {
      diagnose(*context, "host.no-journal", "a checkpoint outside of `apply`",
               "plugin " + context->plugin + " wants to keep one during `" + context->function + "`", ErrorClass::internal);
      return DFX_INTERNAL;
    }
    context->checkpoint(canonical(parse_json(view(text), k_checkpoint_limits)));
    return DFX_OK;
  });
}

const dfx_clock k_clock = {&time_left_ms, &cancelled, &now_ms};
const dfx_progress k_progress = {&say};
const dfx_journal k_journal = {&checkpoint};

// What dfx_host.context points to.
struct Services {
  HttpService& http;
  std::function<void(std::string_view)> trace;
  std::mutex trace_mutex;

  void note_revealed(const CallContext& call, const std::string& handle) {
    if (!trace) return;
    const std::string line = canonical({{"type", "reveal"}, {"handle", handle}, {"plugin", call.plugin},
                                        {"component", call.component}, {"function", call.function},
                                        {"operation", call.operation_id}});
    const std::lock_guard lock(trace_mutex);
    trace(line);
  }
};

Services* services_of(const dfx_host* host) { return host == nullptr ? nullptr : static_cast<Services*>(host->context); }

// The call as HTTP sees it: with the secrets that were handed to it, and no others.
struct HandedCall {
  HandedCall(const CallContext& original, const dfx_call* call) : secrets(original, view(call->request)), context(original) {
    context.secrets = &secrets;
  }
  HandedSecrets secrets;
  CallContext context;
};

// --- http, net -------------------------------------------------------------------------------------------------

std::int32_t request(const dfx_host* host, const dfx_call* call, dfx_bytes head, dfx_bytes body, const dfx_sink* head_out,
                     const dfx_sink* body_out) {
  Services* services = services_of(host);
  const CallContext* context = context_of(call);
  return guard(context, [&] {
    if (services == nullptr || !sound(head) || !sound(body) || !sound(head_out) || !sound(body_out)) return DFX_INTERNAL;
    const HandedCall handed(*context, call);
    HttpAnswer answer;
    const CallStatus status = services->http.request(handed.context, view(head), view(body), answer);
    if (status != CallStatus::ok) return static_cast<std::int32_t>(status);
    const bool taken = put(head_out, answer.head) == DFX_OK && put(body_out, answer.body) == DFX_OK;
    return taken ? DFX_OK : DFX_INTERNAL;
  });
}

std::int32_t probe(const dfx_host* host, const dfx_call* call, dfx_bytes address, std::uint16_t port, std::uint32_t timeout_ms,
                   std::uint32_t limit, const dfx_sink* banner) {
  Services* services = services_of(host);
  const CallContext* context = context_of(call);
  return guard(context, [&] {
    if (services == nullptr || !sound(address) || !sound(banner)) return DFX_INTERNAL;
    std::string said;
    const CallStatus status = services->http.probe(*context, std::string(view(address)), port,
                                                   std::chrono::milliseconds(timeout_ms), limit, said);
    if (status != CallStatus::ok) return static_cast<std::int32_t>(status);
    return put(banner, said) == DFX_OK ? DFX_OK : DFX_INTERNAL;
  });
}

// --- secrets ---------------------------------------------------------------------------------------------------

bool may_handle_secrets(const CallContext& call) {
  if (call.secrets != nullptr && call.effect != Effect::none) return true;
  diagnose(call, "host.no-secrets", "a secret cannot be opened or kept here",
           "plugin " + call.plugin + " asks for it during `" + call.function + "`", ErrorClass::internal);
  return false;
}

std::int32_t reveal(const dfx_host* host, const dfx_call* call, dfx_bytes handle, const dfx_sink* value) {
  Services* services = services_of(host);
  const CallContext* context = context_of(call);
  return guard(context, [&] {
    if (services == nullptr || !sound(handle) || !sound(value)) return DFX_INTERNAL;
    if (!may_handle_secrets(*context)) return DFX_INTERNAL;
    const std::string name(view(handle));
    auto found = HandedSecrets(*context, view(call->request)).reveal(name);
    if (!found) return DFX_ABSENT;
    services->note_revealed(*context, name);
    const std::int32_t taken = put(value, *found);
    wipe(*found);
    return taken == DFX_OK ? DFX_OK : DFX_INTERNAL;
  });
}

std::int32_t keep(const dfx_host*, const dfx_call* call, dfx_bytes value, const dfx_sink* handle) {
  CallContext* context = context_of(call);
  return guard(context, [&] {
    if (!sound(value) || !sound(handle)) return DFX_INTERNAL;
    if (!may_handle_secrets(*context)) return DFX_INTERNAL;
    return put(handle, keep_secret(*context, std::string(view(value)))) == DFX_OK ? DFX_OK : DFX_INTERNAL;
  });
}

const dfx_http k_http = {&request};
const dfx_net k_net = {&probe};
const dfx_secret k_secret = {&reveal, &keep};

const void* extension(const dfx_host*, const char* id) {
  if (id == nullptr) return nullptr;
  const std::string_view name(id);
  if (name == DFX_HTTP_ID) return &k_http;
  if (name == DFX_NET_ID) return &k_net;
  if (name == DFX_CLOCK_ID) return &k_clock;
  if (name == DFX_PROGRESS_ID) return &k_progress;
  if (name == DFX_JOURNAL_ID) return &k_journal;
  if (name == DFX_SECRET_ID) return &k_secret;
  return nullptr;
}

}  // namespace

struct HostServices::Impl {
  Services services;
  dfx_host host;
};

HostServices::HostServices(HttpService& http, std::function<void(std::string_view line)> trace)
    : x_impl(new Impl{{http, std::move(trace), {}}, {}}) {
  x_impl->host = {&x_impl->services, &extension};
}

HostServices::~HostServices() = default;

const dfx_host* HostServices::host() const { return &x_impl->host; }

}  // namespace dfx::host
