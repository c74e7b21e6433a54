// Answering batches: one line for each question.
#pragma once
#include <dfx/sdk.hpp>

#include <string>
#include <vector>

#include "plugins/lxd/json.hpp"

namespace dfx::lxd {

// {"address": …, "result": result, "message": …}
inline Json line_for(const Json& item, const char* result, const std::string& message = {}) {
  Json line = {{"address", item.at("address")}, {"result", result}};
  if (!message.empty()) line["message"] = message;
  return line;
}

// A member of an item's `desired`.
inline std::string wanted_text(const Json& item, const char* key) { return text_at(item.at("desired"), key); }

// What is wanted, with each leaf replaced by what is there, or null: the shape in which a read shows an
// object. A list or a node is a leaf.
inline Json shaped_like(const Json& wanted, const Json& there) {
  if (!wanted.is_object() || is_node(wanted)) return there;
  Json out = Json::object();
  for (const auto& [key, value] : wanted.items()) {
    const bool has = there.is_object() && there.contains(key);
    out[key] = shaped_like(value, has ? there.at(key) : Json());
  }
  return out;
}

// Answers every question of a batch with "unreachable": something in the way will be put right by this plan
// itself.
inline void answer_unreachable(const sdk::Call& call, const Json& batch, const std::string& why) {
  for (const Json& item : batch.at("items")) call.respond(line_for(item, "unreachable", why));
}

}  // namespace dfx::lxd
