// A small HTTPS client for the contract suite: says what the wire said, hides nothing, retries nothing.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/model/json.hpp"

namespace dfx::contract {

// A self-signed client certificate with its key, both PEM.
struct Identity {
  std::string certificate;
  std::string key;
};
Identity make_identity(const std::string& common_name);
// SHA-256 of the certificate, lower-case hex, as LXD names it.
std::string fingerprint_of(const std::string& certificate_pem);

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  Json json;  // null if the body is no JSON

  const Json& metadata() const { return json.at("metadata"); }
  std::string error() const { return json.is_object() ? json.value("error", "") : body; }
  std::string header(const std::string& name) const;
};

using Headers = std::map<std::string, std::string>;

// One server, one identity. A connection per request. Failures of the network throw std::exception. [one
// thread]
class Client {
 public:
  Client(std::string host, std::string port, Identity identity);

  Answer get(const std::string& path) const { return send("GET", path); }
  Answer post(const std::string& path, const Json& body) const { return send("POST", path, body.dump()); }
  Answer put(const std::string& path, const Json& body, const Headers& headers = {}) const {
    return send("PUT", path, body.dump(), headers);
  }
  Answer patch(const std::string& path, const Json& body, const Headers& headers = {}) const {
    return send("PATCH", path, body.dump(), headers);
  }
  Answer remove(const std::string& path) const { return send("DELETE", path); }
  Answer send(const std::string& method, const std::string& path, const std::string& body = {},
              const Headers& headers = {}) const;

  // The operation that `accepted` (202) started, when it is final. Waits by the daemon's long poll.
  Json finish(const Answer& accepted) const;
  // SHA-256 of the certificate that the server shows.
  std::string server_fingerprint() const;
  const Identity& identity() const { return x_identity; }

 private:
  friend class Events;
  std::string x_host;
  std::string x_port;
  Identity x_identity;
};

// A websocket of /1.0/events that is open from construction on. [one thread]
class Events {
 public:
  Events(const Client& client, const std::string& types);
  ~Events();
  // The first event that `wanted` likes, within 30 s; else null. Events before it are dropped.
  Json next(const std::function<bool(const Json&)>& wanted);

 private:
  struct Impl;
  std::unique_ptr<Impl> x_impl;
};

}  // namespace dfx::contract
