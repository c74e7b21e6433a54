#include "host/http/probe.hpp"

#include <algorithm>
#include <array>

namespace dfx::host {
namespace {

std::string bracketed(const std::string& host) { return host.find(':') == std::string::npos ? host : "[" + host + "]"; }

std::string url_of(const ProbeTarget& to) {
  const std::string& host = to.route ? to.route->host : to.host;
  return "http://" + bracketed(host) + ":" + std::to_string(to.route ? to.route->port : to.port);
}

// One look at what has come. False: nothing more will.
bool read_some(CURL* easy, std::size_t limit, std::string& banner, bool& waits) {
  std::array<char, 256> buffer{};
  std::size_t count = 0;
  const std::size_t room = std::min(buffer.size(), limit - banner.size());
  const CURLcode code = curl_easy_recv(easy, buffer.data(), room, &count);
  waits = code == CURLE_AGAIN;
  if (waits) return true;
  if (code != CURLE_OK || count == 0) return false;
  banner.append(buffer.data(), count);
  return banner.size() < limit && banner.find('\n') == std::string::npos;
}

Ending read_banner(CURLM* multi, CURL* easy, const ProbeTarget& to, const std::stop_token& stop, std::string& banner) {
  curl_socket_t socket = CURL_SOCKET_BAD;
  must(curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket));
  curl_waitfd readable{socket, CURL_WAIT_POLLIN, 0};
  const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
  for (bool waits = false; banner.size() < to.limit && read_some(easy, to.limit, banner, waits);) {
    if (!waits) continue;
    const Ending ending = wait(multi, &readable, to.deadline, stop);
    if (ending != Ending::done) return ending;
  }
  return Ending::done;
}

}  // namespace

bool probe_tcp(const ProbeTarget& to, const std::stop_token& stop, std::string& banner, Ending& ending) {
  const Multi multi = make_multi();
  const Easy easy = make_easy();
  set_common(easy.get());
  set(easy.get(), CURLOPT_URL, url_of(to).c_str());
  set(easy.get(), CURLOPT_CONNECT_ONLY, 1L);
  CURLcode code = CURLE_OK;
  const Attached attached(multi.get(), easy.get());
  ending = run_transfer(multi.get(), to.deadline, stop, code);
  if (ending != Ending::done || code != CURLE_OK) return false;
  ending = read_banner(multi.get(), easy.get(), to, stop, banner);
  return ending != Ending::cancelled;
}

}  // namespace dfx::host
