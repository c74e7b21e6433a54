// Answering batches: one line for each question.
#pragma once
#include <dfx/sdk.hpp>

#include <string>
#include <vector>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

using sdk::line_for;
using sdk::shaped_like;
using sdk::wanted_text;

// Answers every question of a batch with "unreachable": something in the way will be put right by this plan
// itself.
inline void answer_unreachable(const sdk::Call& call, const Json& batch, const std::string& why) {
  for (const Json& item : batch.at("items")) call.respond(line_for(item, "unreachable", why));
}

}  // namespace dfx::lxd
