// One libcurl transfer driven to its end, with a deadline and a way to stop it at once; for sources inside this folder.
#pragma once
#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <stop_token>

namespace dfx::host {

struct CurlCloser {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct EasyCloser {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Multi = std::unique_ptr<CURLM, CurlCloser>;
using Easy = std::unique_ptr<CURL, EasyCloser>;

// libcurl as this process needs it: set up once, ever. Throws Error "http.internal".
void start_libcurl();
Multi make_multi();
Easy make_easy();

// Throws Error "http.internal" if this libcurl does not know the option.
void must(CURLcode code);
template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  must(curl_easy_setopt(easy, option, value));
}

// What every transfer of dfx has in common: no signals, no proxy, no redirects, no path rewriting, no forgotten state.
void set_common(CURL* easy);

// Attached to its multi handle for the length of one transfer; if that was not `done`, its connection dies with this.
class Attached {
 public:
  // Throws Error "http.internal".
  Attached(CURLM* multi, CURL* easy);
  ~Attached() { curl_multi_remove_handle(x_multi, x_easy); }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;

 private:
  CURLM* x_multi;
  CURL* x_easy;
};

enum class Ending { done, cancelled, timed_out };

// Waits for what libcurl waits for, at most until the deadline; a stop request ends the wait at once. `extra` is one
// more socket to look at, or null.
Ending wait(CURLM* multi, curl_waitfd* extra, std::chrono::steady_clock::time_point deadline, const std::stop_token& stop);

// Runs the transfer of an attached handle. `code` is libcurl's verdict when `done`.
Ending run_transfer(CURLM* multi, std::chrono::steady_clock::time_point deadline, const std::stop_token& stop,
                    CURLcode& code);

}  // namespace dfx::host
