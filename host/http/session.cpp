#include "host/http/session.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>

#include "host/http/lower_case.hpp"
#include "host/secrets/crypto.hpp"

namespace dfx::host {
namespace {

constexpr std::size_t k_most_header_bytes = 256u << 10;

// Header lines in libcurl's form. Wiped when it dies: they may hold secrets.
class HeaderLines {
 public:
  explicit HeaderLines(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) append(line.c_str());
    append("expect:");  // no round trip before a body
  }
  ~HeaderLines() {
    for (curl_slist* at = x_list; at != nullptr; at = at->next)
      OPENSSL_cleanse(at->data, std::char_traits<char>::length(at->data));
    curl_slist_free_all(x_list);
  }
  HeaderLines(const HeaderLines&) = delete;
  HeaderLines& operator=(const HeaderLines&) = delete;
  curl_slist* get() const { return x_list; }

 private:
  void append(const char* line) {
    curl_slist* longer = curl_slist_append(x_list, line);
    if (longer == nullptr) throw std::bad_alloc();
    x_list = longer;
  }
  curl_slist* x_list = nullptr;
};

// What libcurl's callbacks see of one exchange. They run inside C code: nothing may be thrown out of them.
struct Flow {
  const Exchange& exchange;
  Reply& reply;
  const Tls* tls;
  bool secure;
  std::size_t header_bytes = 0;
};

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

void take_header(Reply& reply, std::string_view line) {
  if (line.compare(0, 5, "HTTP/") == 0) {
    reply.headers = Json::object();  // those before belong to an interim answer
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string name = lower_case(std::string(trimmed(line.substr(0, colon))));
  const std::string value(trimmed(line.substr(colon + 1)));
  const auto there = reply.headers.find(name);
  if (there == reply.headers.end()) {
    reply.headers[name] = value;
  } else {
    *there = there->get<std::string>() + ", " + value;
  }
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) noexcept {
  auto& flow = *static_cast<Flow*>(user);
  const std::size_t bytes = size * count;
  try {
    flow.header_bytes += bytes;
    flow.reply.too_large = flow.header_bytes > k_most_header_bytes;
    if (flow.reply.too_large) return 0;
    take_header(flow.reply, trimmed({data, bytes}));
    return bytes;
  } catch (...) {
    return 0;  // out of memory, in a callback of C code: libcurl ends the transfer with an error
  }
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) noexcept {
  auto& flow = *static_cast<Flow*>(user);
  const std::size_t bytes = size * count;
  try {
    flow.reply.too_large = flow.reply.body.size() + bytes > flow.exchange.max_body;
    if (flow.reply.too_large) return 0;
    flow.reply.body.append(data, bytes);
    return bytes;
  } catch (...) {
    return 0;  // out of memory, in a callback of C code: libcurl ends the transfer with an error
  }
}

// Just before the request goes out. libcurl sends a request again, whatever its method, if a kept connection was
// closed under it: only reads may be.
int on_ready(void* user, char*, char*, int, int) noexcept {
  auto& flow = *static_cast<Flow*>(user);
  const bool checked = !flow.secure || (flow.tls != nullptr && flow.tls->verdict() == Tls::Verdict::trusted);
  if (!checked || (flow.reply.sent && !flow.exchange.repeatable)) return CURL_PREREQFUNC_ABORT;
  flow.reply.sent = true;
  return CURL_PREREQFUNC_OK;
}

CURLcode on_context(CURL*, void* context, void* tls) noexcept {
  return static_cast<Tls*>(tls)->install(static_cast<ssl_ctx_st*>(context)) ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

std::string connect_to(const Route& route) {
  const bool v6 = route.host.find(':') != std::string::npos;
  return "::" + (v6 ? "[" + route.host + "]" : route.host) + ":" + std::to_string(route.port);
}

void read_facts(CURL* easy, Reply& reply) {
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &reply.os_error);
  reply.status = static_cast<int>(status);
}

}  // namespace

Session::Session(Destination to) : x_to(std::move(to)), x_multi(make_multi()), x_easy(make_easy()) {
  if (x_to.url.scheme == Url::Scheme::https) x_tls.emplace(x_to.url, x_to.tls);
  if (x_to.route) x_connect_to = connect_to(*x_to.route);
  wipe(x_to.tls.key);
}

void Session::set_destination() {
  CURL* easy = x_easy.get();
  set_common(easy);
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(x_to.connect_timeout.count()));
  set(easy, CURLOPT_MAXAGE_CONN, static_cast<long>(std::max<std::int64_t>(1, x_to.max_idle_age.count() / 1000)));
  if (x_to.url.scheme == Url::Scheme::unix_socket && !x_to.route) set(easy, CURLOPT_UNIX_SOCKET_PATH, x_to.url.socket.c_str());
  if (!x_tls) return;
  // libcurl's own checks are off because Tls makes them, inside the handshake and with the words that people need.
  set(easy, CURLOPT_SSL_VERIFYPEER, 0L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  set(easy, CURLOPT_SSL_CTX_FUNCTION, &on_context);
  set(easy, CURLOPT_SSL_CTX_DATA, &*x_tls);
  set(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);  // every new connection shows its certificate
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
}

void Session::set_exchange(const Exchange& exchange) {
  CURL* easy = x_easy.get();
  set(easy, CURLOPT_URL, exchange.url.c_str());
  if (exchange.method == "HEAD") {
    set(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  const bool usual = exchange.method == "POST" || exchange.method == "PUT" || exchange.method == "PATCH";
  const bool carries = usual || !exchange.body.empty();
  if (carries) {
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(exchange.body.size()));
    set(easy, CURLOPT_POSTFIELDS, exchange.body.empty() ? "" : exchange.body.data());
  }
  set(easy, CURLOPT_CUSTOMREQUEST, exchange.method.c_str());
}

Reply Session::run(const Exchange& exchange) {
  Reply reply;
  CURL* easy = x_easy.get();
  set_destination();
  set_exchange(exchange);
  const HeaderLines headers(exchange.headers);
  set(easy, CURLOPT_HTTPHEADER, headers.get());
  curl_slist* raw_route = x_connect_to.empty() ? nullptr : curl_slist_append(nullptr, x_connect_to.c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> route(raw_route, &curl_slist_free_all);
  if (route) set(easy, CURLOPT_CONNECT_TO, route.get());
  Flow flow{exchange, reply, tls(), x_tls.has_value()};
  set(easy, CURLOPT_HEADERFUNCTION, &on_header);
  set(easy, CURLOPT_HEADERDATA, &flow);
  set(easy, CURLOPT_WRITEFUNCTION, &on_body);
  set(easy, CURLOPT_WRITEDATA, &flow);
  set(easy, CURLOPT_PREREQFUNCTION, &on_ready);
  set(easy, CURLOPT_PREREQDATA, &flow);
  std::array<char, CURL_ERROR_SIZE> words{};
  set(easy, CURLOPT_ERRORBUFFER, words.data());
  {
    const Attached attached(x_multi.get(), easy);
    reply.ending = run_transfer(x_multi.get(), exchange.deadline, exchange.stop, reply.code);
    read_facts(easy, reply);
  }
  reply.words = words[0] != '\0' ? words.data() : curl_easy_strerror(reply.code);
  curl_easy_reset(easy);  // nothing of this call is pointed at any more
  return reply;
}

}  // namespace dfx::host
