#include "host/http/outcome.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace dfx::host {
namespace {

[[noreturn]] void fail(ErrorClass error_class, std::string code, std::string summary, std::string detail, std::string help) {
  throw Error(failure(std::move(code), std::move(summary), std::move(detail), std::move(help), error_class));
}

std::string duration(std::chrono::milliseconds time) {
  if (time.count() < 1000) return std::to_string(time.count()) + " ms";
  return std::to_string((time.count() + 500) / 1000) + " s";
}

std::string what(const Attempt& a) { return a.request.method + " " + a.request.url.origin() + a.request.url.path; }

// --- nothing was sent ------------------------------------------------------------------------------------------

struct Cause {
  std::string why;
  std::string help;
};

Cause connect_cause(const Attempt& a) {
  const int error = static_cast<int>(a.reply.os_error);
  const std::string words = error != 0 ? std::system_category().message(error) : a.reply.words;
  const bool socket = a.request.url.scheme == Url::Scheme::unix_socket;
  if (socket) return {words, "is the service installed and running, and is that the path of its socket?"};
  if (error == ECONNREFUSED)
    return {words, "nothing listens there: start the service, or correct the port in the address"};
  return {words, "is the machine up, is the address right, and does the network between here and there let it through?"};
}

Cause cause_of(const Attempt& a) {
  if (a.reply.ending == Ending::timed_out || a.reply.code == CURLE_OPERATION_TIMEDOUT)
    return {"no connection within " + duration(a.waited),
            "is the machine up, and does a firewall in between drop what is sent to it?"};
  switch (a.reply.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {"no name server knows " + a.request.url.host, "check the spelling of the address, and this machine's DNS"};
    case CURLE_COULDNT_CONNECT: return connect_cause(a);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return {"no secure connection came about: " + a.reply.words,
              "does that port speak TLS 1.2 or newer? try the address in a browser or with `openssl s_client -connect`"};
    default: return {a.reply.words, ""};
  }
}

[[noreturn]] void fail_unsent(const Attempt& a) {
  const std::string origin = a.request.url.origin();
  if (a.reply.os_error == EACCES && a.request.url.scheme == Url::Scheme::unix_socket)
    fail(ErrorClass::auth, "http.not-allowed", "a local service may not be used", origin + ": permission denied",
         "run dfx as a user whom the socket's owner and group let in, or give its HTTPS address instead");
  const Cause cause = cause_of(a);
  fail(ErrorClass::unreachable, "http.unreachable", "a server cannot be reached", origin + ": " + cause.why, cause.help);
}

// --- trust -----------------------------------------------------------------------------------------------------

void require_trust(const Attempt& a) {
  if (a.tls == nullptr) return;
  const std::string origin = a.request.url.origin();
  if (a.tls->verdict() == Tls::Verdict::other)
    fail(ErrorClass::auth, "http.other-certificate", "a server shows another certificate than the pinned one",
         origin + " shows " + a.tls->shown() + ", and " + a.tls->pin() +
             " is pinned: the server has a new certificate, or something else answers in its place; nothing was sent",
         "ask the server itself for its fingerprint; if it is the new one, put that in place of the pinned one");
  if (a.tls->verdict() == Tls::Verdict::unknown)
    fail(ErrorClass::auth, "http.untrusted-certificate", "a server's certificate is not trusted",
         origin + " shows a certificate with the fingerprint " + a.tls->shown() + ": " + a.tls->why() + "; nothing was sent",
         "compare it with the fingerprint that the server itself tells; if they agree, pin it (64 hex digits), or name "
         "the authority (CA) that signed it");
}

// The far side ends the handshake with an alert when it does not want our certificate.
bool refused_our_certificate(const Reply& reply) {
  if (reply.words.find(" alert ") == std::string::npos) return false;
  static constexpr std::array k_reasons = {"certificate", "unknown ca", "access denied"};
  return std::any_of(k_reasons.begin(), k_reasons.end(),
                     [&](const char* reason) { return reply.words.find(reason) != std::string::npos; });
}

void require_welcome(const Attempt& a) {
  if (a.tls == nullptr || !refused_our_certificate(a.reply)) return;
  const std::string origin = a.request.url.origin();
  if (a.tls->has_certificate())
    fail(ErrorClass::auth, "http.client-refused", "a server does not accept this client's certificate",
         origin + " ended the handshake: " + a.reply.words, "make the server trust the certificate, or give another one");
  fail(ErrorClass::auth, "http.client-refused", "a server wants a client certificate",
       origin + " ended the handshake: " + a.reply.words, "give a certificate and its key that the server trusts");
}

// --- something was sent ----------------------------------------------------------------------------------------

std::string sent_cause(const Attempt& a) {
  if (a.reply.ending == Ending::cancelled) return "dfx was asked to stop before the answer came";
  if (a.reply.ending == Ending::timed_out || a.reply.code == CURLE_OPERATION_TIMEDOUT)
    return "no answer within " + duration(a.waited);
  if (a.reply.too_large) return "the answer is longer than dfx takes";
  if (a.reply.code == CURLE_GOT_NOTHING || a.reply.code == CURLE_ABORTED_BY_CALLBACK)
    return "the connection was closed before the answer came";
  return "the answer did not come whole: " + a.reply.words;
}

[[noreturn]] void fail_sent(const Attempt& a) {
  const std::string detail = what(a) + ": " + sent_cause(a);
  if (a.effect == RequestEffect::write)
    fail(ErrorClass::in_doubt, "http.in-doubt", "nobody knows whether a request was carried out", detail,
         "dfx looks at the object before it does anything else with it");
  if (a.reply.ending == Ending::cancelled)
    fail(ErrorClass::cancelled, "http.cancelled", "a request was given up", detail, "");
  if (a.reply.too_large)
    fail(ErrorClass::invalid, "http.too-large", "a server's answer is too long", detail, "ask for less at once");
  fail(ErrorClass::unreachable, "http.no-answer", "a server does not answer", detail,
       "is the service in order? its own log may say what happened");
}

}  // namespace

CallStatus status_of(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::conflict: return CallStatus::conflict;
    case ErrorClass::auth: return CallStatus::auth;
    case ErrorClass::absent: return CallStatus::absent;
    case ErrorClass::transient: return CallStatus::transient;
    case ErrorClass::unreachable: return CallStatus::unreachable;
    case ErrorClass::in_doubt: return CallStatus::in_doubt;
    case ErrorClass::cancelled: return CallStatus::cancelled;
    case ErrorClass::internal: return CallStatus::internal;
    case ErrorClass::none:
    case ErrorClass::invalid: break;
  }
  return CallStatus::invalid;
}

void require_answer(const Attempt& a) {
  if (a.reply.ending == Ending::done && a.reply.code == CURLE_OK) return;
  require_trust(a);
  require_welcome(a);
  if (a.reply.sent) fail_sent(a);
  if (a.reply.ending == Ending::cancelled)
    fail(ErrorClass::cancelled, "http.cancelled", "a request was given up",
         what(a) + ": dfx was asked to stop; nothing was sent", "");
  fail_unsent(a);
}

void refuse_redirect(const Attempt& a) {
  static constexpr std::array k_redirects = {301, 302, 303, 307, 308};
  if (std::find(k_redirects.begin(), k_redirects.end(), a.reply.status) == k_redirects.end()) return;
  const auto location = a.reply.headers.find("location");
  if (location == a.reply.headers.end()) return;
  const auto target = parse_url(location->get_ref<const std::string&>());
  fail(ErrorClass::invalid, "http.redirect-refused", "a server sends the request elsewhere",
       what(a) + " answers " + std::to_string(a.reply.status) + " and points to " +
           (target ? target->origin() : "another path of its own"),
       "dfx follows no redirects: give the address that really answers");
}

}  // namespace dfx::host
