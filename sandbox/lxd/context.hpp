// What a handler of the LXD simulator gets and gives.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/model/json.hpp"
#include "sandbox/clock.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/store.hpp"

namespace dfx::sandbox::lxd {

// One request as it came off the wire.
struct Request {
  std::string origin;
  std::string method;
  std::string path;                          // without the query, still percent-encoded
  std::map<std::string, std::string> query;  // decoded
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::string client_der;   // the client's certificate, or empty
  bool local = false;       // came over the daemon's unix socket: trusted without questions
  std::string peer_address;

  std::string header(const std::string& name) const;
  std::string parameter(const std::string& name) const;
};

// A long poll: answer once the operation is final, at the latest at `until`.
struct Waiting {
  std::string operation;
  std::optional<Micros> until;
};

struct Reply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<Waiting> waiting;
  std::vector<std::string> event_types;  // not empty: become a websocket of these events
};

// What the real daemon would answer as an error, with its status and words.
struct Refusal {
  int status;
  std::string message;
};

// The world as one request sees it. Lives for one request, on one thread.
struct Context {
  Store::Session& store;
  const Request& request;
  const Faults& faults;
  const RequestFault& fault;
  Micros now;
  bool trusted = false;
  std::vector<std::string> arguments;  // what the route's {} took, decoded

  const std::string& origin() const { return request.origin; }
  std::optional<Json> get(const char* kind, const std::string& name) const {
    return store.get(request.origin, kind, name);
  }
  void put(const char* kind, const std::string& name, const Json& value) const {
    store.put(request.origin, kind, name, value);
  }
  void erase(const char* kind, const std::string& name) const { store.erase(request.origin, kind, name); }
  std::vector<std::pair<std::string, Json>> list(const char* kind) const {
    return store.list(request.origin, kind);
  }
};

using Handler = std::function<Reply(Context&)>;

// The envelopes of the API.
Reply sync(const Json& metadata);
Reply sync_empty();
Reply sync_etag(const Json& metadata, const Json& hashed);
Reply created(const std::string& location);
Reply error(int status, const std::string& message);

// Throws Refusal 412 if the request's If-Match does not fit the hash of `hashed`.
void check_etag(const Request& request, const Json& hashed);

// Go's time format: "2026-11-24T02:39:07.849247Z".
std::string timestamp(Micros time);
std::string uuid();

}  // namespace dfx::sandbox::lxd
