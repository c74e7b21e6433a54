// A TCP connection that only listens; for sources inside this folder.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "host/http/router.hpp"
#include "host/http/transfer.hpp"

namespace dfx::host {

struct ProbeTarget {
  std::string host;  // a name or an address; IPv6 without brackets
  std::uint16_t port = 0;
  std::optional<Route> route;
  std::size_t limit = 255;
  std::chrono::steady_clock::time_point deadline;
};

// True once connected. Then `banner` has what the far side said first: up to its line feed, `limit`, its end or the
// deadline, whichever comes first. `ending` says `cancelled` if that is why it stopped.
bool probe_tcp(const ProbeTarget& to, const std::stop_token& stop, std::string& banner, Ending& ending);

}  // namespace dfx::host
