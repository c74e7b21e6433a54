// One LXD daemon, as one call sees it: its envelopes, its errors, its operations.
#pragma once
#include <dfx/sdk.hpp>

#include <optional>
#include <string>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

// What a daemon answered. `operation` is the URL of what goes on in the background; empty: it is done.
struct Answer {
  int status = 0;
  Json metadata;
  std::string etag;
  std::string operation;
  std::string words;  // of an error
  bool good() const { return status < 400; }
};

// connection: {"name", "url", "fingerprint", "certificate", "key"}. Without a fingerprint the host's usual
// trust in certificates decides. Every function throws Failure; those that name `doing` turn a refusal into
// one. [this call]
class Client {
 public:
  Client(const sdk::Call& call, const Json& connection);

  const std::string& host() const { return x_host; }
  const std::string& url() const { return x_url; }
  const sdk::Call& call() const { return x_call; }

  // Any answer, refusals too.
  Answer send(const std::string& method, const std::string& path, const Json& body = nullptr,
              const std::string& etag = {}) const;
  // What stands at `path`. find: nothing if it is not there.
  Json get(const std::string& path, const std::string& doing) const;
  std::optional<Answer> find(const std::string& path, const std::string& doing) const;
  // A file of an instance or a log: raw text; nothing if it is not there or cannot be had now.
  std::optional<std::string> text(const std::string& path) const;

  // Changes something and waits until that is done. The operation's URL is durable before the wait begins.
  // Gives the metadata of the answer or of the finished operation. Only during `apply`.
  Json change(const std::string& method, const std::string& path, const Json& body, const std::string& doing,
              const std::string& etag = {}) const;
  // Waits for an operation's end by long poll. Throws in-doubt if the daemon does not know it any more.
  Json wait(const std::string& operation, const std::string& doing) const;
  // Waits for whatever still runs on an instance, however it ends.
  void settle(const std::string& instance) const;
  // The same for the operation that an earlier attempt of this apply wrote down, if any.
  void settle_checkpoint(const Json& checkpoint) const;

 private:
  sdk::HttpRequest request(const std::string& method, const std::string& path) const;

  const sdk::Call& x_call;
  std::string x_host;
  std::string x_url;
  Json x_tls;
};

// Percent-encoded for a path or a query.
std::string escape(const std::string& text);
// "/1.0/instances/cp-a"
std::string instance_path(const std::string& name);

}  // namespace dfx::lxd
