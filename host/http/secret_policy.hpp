// Where a plugin's secrets may go.
#pragma once
#include <map>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

#include "host/http/url.hpp"

namespace dfx::host {

// [any]
class SecretPolicy {
 public:
  // Replaces the plugin's list. A text that is no URL allows nothing.
  void allow(const std::string& plugin, const std::vector<std::string>& origins);
  // Throws Error "http.secret-refused" (invalid) unless the plugin may send a secret there.
  void check(const std::string& plugin, const Url& url) const;

 private:
  mutable std::shared_mutex x_mutex;
  std::map<std::string, std::set<std::string>> x_origins;
};

}  // namespace dfx::host
