// As much of an SSH server as shows that there is one: its banner.
#pragma once
#include <functional>

#include "sandbox/net/acceptor.hpp"

namespace dfx::sandbox::net {

// One machine's port 22. A connection is reset while `ready` says no.
class SshBanner {
 public:
  // `ready` is asked at each connection, from any thread; it must not throw.
  SshBanner(Loop& loop, std::function<bool()> ready);
  std::uint16_t port() const { return x_acceptor.port(); }

 private:
  Acceptor x_acceptor;
};

}  // namespace dfx::sandbox::net
