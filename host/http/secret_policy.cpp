#include "host/http/secret_policy.hpp"

#include <mutex>

#include "core/model/diagnostics.hpp"

namespace dfx::host {
namespace {

[[noreturn]] void refuse(const std::string& why, const std::string& help) {
  Diagnostic d;
  d.code = "http.secret-refused";
  d.summary = "a secret may not be sent there";
  d.detail = why;
  d.help = help;
  d.error_class = ErrorClass::invalid;
  throw Error(d);
}

}  // namespace

void SecretPolicy::allow(const std::string& plugin, const std::vector<std::string>& origins) {
  std::set<std::string> list;
  for (const std::string& text : origins)
    if (const auto url = parse_url(text)) list.insert(url->origin());
  const std::unique_lock lock(x_mutex);
  x_origins[plugin] = std::move(list);
}

void SecretPolicy::check(const std::string& plugin, const Url& url) const {
  const std::string origin = url.origin();
  if (url.scheme == Url::Scheme::http && !url.local())
    refuse(origin + " is not encrypted: everybody on the way could read it", "use https");
  const std::shared_lock lock(x_mutex);
  const auto found = x_origins.find(plugin);
  if (found != x_origins.end() && found->second.count(origin) != 0) return;
  refuse("plugin " + plugin + " has no permission to send secrets to " + origin,
         "a plugin's secrets go only where its manifest's `origins` say: a literal address, or a setting that holds one");
}

}  // namespace dfx::host
