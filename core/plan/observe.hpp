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

// Fills every observation. A far side that does not answer gives `unreachable`; what else keeps a plugin from
// answering leaves the item unread. Either way the observation has the reason. Warnings, and answers that cannot be
// understood, go to `problems`. [main thread; calls run on several]
void observe(const Caller& caller, std::vector<ReadItem>& items, Diagnostics& problems);

// The answer to one batch, in the same way.
void take_read_result(const CallResult& result, std::span<ReadItem> items, Diagnostics& problems);

// The reason of an observation that has no better one.
Diagnostic unreachable(const std::string& why, const std::string& help = {});

// The request of a batch, for `read` and `health` alike: {"kind", "connection", "marker", "items": [...]}.
std::string batch_request(const Caller& caller, std::span<const ReadItem> items);

// Groups by kind and connection, keeping the order inside a group; groups are at most k_batch long.
inline constexpr std::size_t k_batch = 5000;
std::vector<std::span<ReadItem>> group(std::vector<ReadItem>& items);

}  // namespace dfx
