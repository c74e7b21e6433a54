// Asks plugins what is really there: in batches per kind and connection, several at once.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/plan/caller.hpp"
#include "core/plan/plan.hpp"

namespace dfx {

// One question; texts are borrowed.
struct ReadItem {
  const Kind* kind = nullptr;
  std::string_view address;
  std::string_view connection;  // resolved; empty: none
  std::string_view identity;    // JSON or empty
  std::string_view desired;     // JSON
  std::string_view outputs;     // JSON or empty
  Observation* into = nullptr;
};

// Fills every observation. A far side that does not answer gives `unreachable`; anything else that keeps a plugin
// from answering is an error in `problems`, and the item stays unread. [main thread; calls run on several]
void observe(const Caller& caller, std::vector<ReadItem>& items, Diagnostics& problems);

// The answer to one batch: fills the observations, or says in `problems` what kept them from being filled.
void take_read_result(const CallResult& result, std::span<ReadItem> items, Diagnostics& problems);

// The request of a batch, for `read` and `health` alike: {"kind", "connection", "marker", "items": [...]}.
std::string batch_request(const Caller& caller, std::span<const ReadItem> items);

// Groups by kind and connection, keeping the order inside a group; groups are at most k_batch long.
inline constexpr std::size_t k_batch = 5000;
std::vector<std::span<ReadItem>> group(std::vector<ReadItem>& items);

}  // namespace dfx
