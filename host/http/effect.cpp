#include "host/http/effect.hpp"

#include <algorithm>
#include <string_view>

namespace dfx::host {
namespace {

bool has_query_part(std::string_view query, std::string_view part) {
  for (std::size_t at = 0; at <= query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    if (query.substr(at, end - at) == part) return true;
    at = end + 1;
  }
  return false;
}

// How often a key stands in the query, or might under an escape: "dryRun=All&dryRun=" would mean something else to a
// server that takes the last.
std::size_t count_key(std::string_view query, std::string_view key) {
  std::size_t count = 0;
  for (std::size_t at = 0; at <= query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view part = query.substr(at, end - at);
    const std::string_view name = part.substr(0, part.find('='));
    if (name == key || name.find('%') != std::string_view::npos) ++count;
    at = end + 1;
  }
  return count;
}

// A path that a server could read as another one.
bool tricky(std::string_view path) {
  return path.find("..") != std::string_view::npos || path.find("//") != std::string_view::npos ||
         path.find('%') != std::string_view::npos || path.find(';') != std::string_view::npos;
}

bool matches(const DryRunRule& rule, const std::string& method, const Url& url) {
  if (rule.method != method) return false;
  if (!rule.path_prefix.empty() &&
      (url.path.compare(0, rule.path_prefix.size(), rule.path_prefix) != 0 || tricky(url.path)))
    return false;
  if (rule.query.empty()) return true;
  const std::string key = rule.query.substr(0, rule.query.find('='));
  return has_query_part(url.query, rule.query) && count_key(url.query, key) == 1;
}

}  // namespace

const char* to_string(RequestEffect effect) {
  switch (effect) {
    case RequestEffect::read: return "read";
    case RequestEffect::dry_run: return "dry_run";
    case RequestEffect::write: break;
  }
  return "write";
}

RequestEffect classify(const std::string& method, const Url& url, const std::vector<DryRunRule>* rules) {
  if (method == "GET" || method == "HEAD") return RequestEffect::read;
  const bool dry = rules != nullptr &&
                   std::any_of(rules->begin(), rules->end(), [&](const DryRunRule& r) { return matches(r, method, url); });
  return dry ? RequestEffect::dry_run : RequestEffect::write;
}

bool permits(Effect allowed, RequestEffect request) {
  return allowed == Effect::write || (allowed == Effect::read && request != RequestEffect::write);
}

}  // namespace dfx::host
