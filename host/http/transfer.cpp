#include "host/http/transfer.hpp"

#include <csignal>

#include "core/model/diagnostics.hpp"

namespace dfx::host {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds k_longest_wait{10'000};

// A write into a connection that its server has closed is an error code, not the end of the process.
void ignore_broken_pipes() {
  struct sigaction now {};
  if (sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) std::signal(SIGPIPE, SIG_IGN);
}

[[noreturn]] void fail(const char* why) {
  Diagnostic d;
  d.code = "http.internal";
  d.summary = "libcurl could not do its work";
  d.detail = why;
  d.error_class = ErrorClass::internal;
  throw Error(d);
}

CURLcode verdict_of(CURLM* multi) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left))
    if (message->msg == CURLMSG_DONE) return message->data.result;
  return CURLE_ABORTED_BY_CALLBACK;
}

}  // namespace

void must(CURLcode code) {
  if (code != CURLE_OK) fail(curl_easy_strerror(code));
}

void start_libcurl() {
  static const CURLcode started = [] {
    ignore_broken_pipes();
    return curl_global_init(CURL_GLOBAL_DEFAULT);
  }();
  must(started);
}

Multi make_multi() {
  Multi multi(curl_multi_init());
  if (!multi) fail("out of memory");
  curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, 1L);
  return multi;
}

Easy make_easy() {
  Easy easy(curl_easy_init());
  if (!easy) fail("out of memory");
  return easy;
}

void set_common(CURL* easy) {
  curl_easy_reset(easy);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_QUICK_EXIT, 1L);  // a stop must not wait for a name server
  set(easy, CURLOPT_PROXY, "");       // the environment has no say in where requests go
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_PATH_AS_IS, 1L);  // what was classified is what is sent
  set(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
}

Ending wait(CURLM* multi, curl_waitfd* extra, Clock::time_point deadline, const std::stop_token& stop) {
  if (stop.stop_requested()) return Ending::cancelled;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  if (left.count() <= 0) return Ending::timed_out;
  const int most = static_cast<int>(std::min(left, k_longest_wait).count());
  if (curl_multi_poll(multi, extra, extra == nullptr ? 0 : 1, most, nullptr) != CURLM_OK) fail("it could not wait");
  return Ending::done;
}

Attached::Attached(CURLM* multi, CURL* easy) : x_multi(multi), x_easy(easy) {
  if (curl_multi_add_handle(multi, easy) != CURLM_OK) fail("a transfer could not be started");
}

Ending run_transfer(CURLM* multi, Clock::time_point deadline, const std::stop_token& stop, CURLcode& code) {
  const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
  for (;;) {
    int running = 0;
    if (curl_multi_perform(multi, &running) != CURLM_OK) fail("a transfer broke off");
    if (running == 0) break;
    const Ending ending = wait(multi, nullptr, deadline, stop);
    if (ending != Ending::done) return ending;
  }
  code = verdict_of(multi);
  return Ending::done;
}

}  // namespace dfx::host
