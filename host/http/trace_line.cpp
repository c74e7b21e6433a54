#include "host/http/trace_line.hpp"

#include <algorithm>
#include <array>

#include "core/model/json.hpp"
#include "host/http/lower_case.hpp"

namespace dfx::host {
namespace {

bool sounds_secret(std::string_view key) {
  static constexpr std::array<std::string_view, 6> k_words = {"secret", "token",     "password",
                                                              "passwd", "signature", "credential"};
  const std::string name = lower_case(std::string(key));
  return std::any_of(k_words.begin(), k_words.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

// A query's values as they are, but for those whose key says what they are.
std::string shown_query(std::string_view query) {
  std::string out;
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view part = query.substr(at, end - at);
    const std::size_t equals = part.find('=');
    out += out.empty() ? '?' : '&';
    out += sounds_secret(part.substr(0, equals)) ? std::string(part.substr(0, equals)) + "=(secret)" : std::string(part);
    at = end + 1;
  }
  return out;
}

}  // namespace

void TraceLine::about(const std::string& method, const Url& url, RequestEffect effect) {
  x_method = method;
  x_url = url.origin() + url.path + shown_query(url.query);
  x_effect = to_string(effect);
}

std::string TraceLine::text(CallStatus outcome) const {
  const auto taken = std::chrono::steady_clock::now() - x_start;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::string url = x_call.secrets != nullptr ? x_call.secrets->redact(x_url) : x_url;
  return canonical({{"type", "request"},
                    {"at_ms", std::chrono::duration_cast<std::chrono::milliseconds>(now).count()},
                    {"method", x_method},
                    {"url", url},
                    {"effect", x_effect},
                    {"status", status},
                    {"outcome", to_string(outcome)},
                    {"bytes", bytes},
                    {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(taken).count()},
                    {"plugin", x_call.plugin},
                    {"component", x_call.component},
                    {"function", x_call.function},
                    {"operation", x_call.operation_id}});
}

}  // namespace dfx::host
