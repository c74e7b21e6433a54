#include "core/config/overlay.hpp"

namespace dfx {
namespace {

const std::string& replaced_label() {
  static const std::string label = "this replaces the value here";
  return label;
}

// A mapping that stands alone in an overlay: keys that are null there have nothing to take away.
Node without_nulls(const Node& node) {
  if (!node.is_mapping()) return node;
  std::vector<Member> members;
  for (const Member& m : node.members())
    if (!m.value.is_null()) members.push_back({m.key, m.key_spot, without_nulls(m.value)});
  return Node::make_mapping(node.file(), node.spot(), std::move(members));
}

}  // namespace

Node overlay(const Node& base, const Node& over) {
  if (!base.is_mapping() || !over.is_mapping()) {
    return base.is_null() ? without_nulls(over) : without_nulls(over).with_origin(base.place(), replaced_label());
  }
  std::vector<Member> members;
  for (const Member& m : base.members()) {
    const Member* change = over.find(m.key);
    if (change == nullptr) members.push_back(m);
    else if (!change->value.is_null()) members.push_back({m.key, m.key_spot, overlay(m.value, change->value)});
  }
  for (const Member& m : over.members())
    if (base.find(m.key) == nullptr && !m.value.is_null()) members.push_back({m.key, m.key_spot, without_nulls(m.value)});
  return Node::make_mapping(base.file(), base.spot(), std::move(members));
}

}  // namespace dfx
