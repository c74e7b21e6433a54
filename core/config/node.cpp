#include "core/config/node.hpp"

#include <algorithm>
#include <unordered_map>

namespace dfx {
namespace {

constexpr std::size_t k_hash_from = 16;  // members from which a hash index pays

std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

struct Node::Data {
  Kind kind = Kind::null;
  std::shared_ptr<const std::string> file;
  Spot spot;
  std::string text;
  bool quoted = false;
  bool verbatim = false;
  std::vector<Node> items;
  std::vector<Member> members;
  std::unordered_map<std::string_view, std::size_t> index;
  Place origin;
  std::string origin_label;
  bool has_references = false;
  std::size_t values = 1;
  std::size_t bytes = 0;
  std::uint32_t depth = 1;

  void absorb(const Node& child) {
    has_references = has_references || child.has_references();
    values += child.values();
    bytes += child.bytes();
    depth = std::max(depth, child.depth() + 1);
  }
};

Node Node::make_null(std::shared_ptr<const std::string> file, Spot spot) {
  auto data = std::make_shared<Data>();
  data->file = std::move(file);
  data->spot = spot;
  return Node(std::move(data));
}

Node Node::make_scalar(std::shared_ptr<const std::string> file, Spot spot, std::string text, bool quoted, bool verbatim) {
  auto data = std::make_shared<Data>();
  data->kind = Kind::scalar;
  data->file = std::move(file);
  data->spot = spot;
  data->text = std::move(text);
  data->quoted = quoted;
  data->verbatim = verbatim;
  data->has_references = data->text.find("${") != std::string::npos;
  data->bytes = data->text.size();
  return Node(std::move(data));
}

Node Node::make_sequence(std::shared_ptr<const std::string> file, Spot spot, std::vector<Node> items) {
  auto data = std::make_shared<Data>();
  data->kind = Kind::sequence;
  data->file = std::move(file);
  data->spot = spot;
  data->items = std::move(items);
  for (const Node& item : data->items) data->absorb(item);
  return Node(std::move(data));
}

Node Node::make_mapping(std::shared_ptr<const std::string> file, Spot spot, std::vector<Member> members) {
  auto data = std::make_shared<Data>();
  data->kind = Kind::mapping;
  data->file = std::move(file);
  data->spot = spot;
  data->members = std::move(members);
  for (const Member& member : data->members) {
    data->absorb(member.value);
    data->bytes += member.key.size();
  }
  if (data->members.size() >= k_hash_from)
    for (std::size_t i = 0; i < data->members.size(); ++i) data->index.emplace(data->members[i].key, i);
  return Node(std::move(data));
}

const Node::Data& Node::data() const {
  static const Data nothing;
  return x_data ? *x_data : nothing;
}

Node::Kind Node::kind() const { return data().kind; }
const std::string& Node::text() const { return data().text; }
bool Node::quoted() const { return data().quoted; }
const std::vector<Node>& Node::items() const { return data().items; }
const std::vector<Member>& Node::members() const { return data().members; }
const Spot& Node::spot() const { return data().spot; }
const std::shared_ptr<const std::string>& Node::file() const { return data().file; }
Place Node::origin() const { return data().origin; }
const std::string& Node::origin_label() const { return data().origin_label; }
bool Node::has_references() const { return data().has_references; }
std::size_t Node::values() const { return data().values; }
std::size_t Node::bytes() const { return data().bytes; }
std::uint32_t Node::depth() const { return data().depth; }

const Member* Node::find(std::string_view key) const {
  const Data& d = data();
  if (!d.index.empty()) {
    const auto found = d.index.find(key);
    return found == d.index.end() ? nullptr : &d.members[found->second];
  }
  const auto found = std::find_if(d.members.begin(), d.members.end(), [&](const Member& m) { return m.key == key; });
  return found == d.members.end() ? nullptr : &*found;
}

Place Node::place() const { return place_of(data().spot); }

Place Node::place_of(const Spot& spot) const {
  if (!data().file || spot.line == 0) return {};
  return {*data().file, spot.line, spot.column, std::max(1u, spot.length)};
}

Place Node::place_in_text(std::size_t offset, std::size_t length) const {
  const Data& d = data();
  if (!d.verbatim || offset + length > d.text.size()) return place();
  Spot spot = d.spot;
  spot.column += static_cast<std::uint32_t>(character_count(std::string_view(d.text).substr(0, offset)) + (d.quoted ? 1 : 0));
  spot.length = static_cast<std::uint32_t>(character_count(std::string_view(d.text).substr(offset, length)));
  return place_of(spot);
}

Node Node::with_origin(const Place& other, const std::string& label) const {
  auto copy = std::make_shared<Data>(data());
  copy->origin = other;
  copy->origin_label = label;
  copy->index.clear();
  for (std::size_t i = 0; i < copy->members.size() && copy->members.size() >= k_hash_from; ++i)
    copy->index.emplace(copy->members[i].key, i);
  return Node(std::move(copy));
}

Node Node::moved_to(const Node& site, const std::string& label) const {
  Node out = with_origin(place(), label);
  auto data = std::const_pointer_cast<Data>(out.x_data);
  data->file = site.data().file;
  data->spot = site.data().spot;
  data->verbatim = false;
  return out;
}

namespace {

std::string unescaped(std::string_view part) {
  std::string out;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const bool escape = part[i] == '~' && i + 1 < part.size();
    out += !escape ? part[i] : part[++i] == '1' ? '/' : '~';
  }
  return out;
}

// The item that a part such as "2" names, or null.
const Node* item_at(const Node& sequence, const std::string& part) {
  const bool digits = !part.empty() && part.size() < 8 && part.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoul(part) >= sequence.items().size()) return nullptr;
  return &sequence.items()[std::stoul(part)];
}

}  // namespace

Place place_at(const Node& root, std::string_view pointer) {
  Place nearest;
  const Node* at = &root;
  while (!pointer.empty() && pointer.front() == '/') {
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    const std::string part = unescaped(pointer.substr(1, end - 1));
    pointer.remove_prefix(end);
    const Member* member = at->find(part);
    const Node* next = member != nullptr ? &member->value : item_at(*at, part);
    if (next == nullptr) return nearest;
    nearest = member != nullptr ? at->place_of(member->key_spot) : next->place();
    at = next;
  }
  return at == &root || !at->place().known() || !at->is_scalar() ? nearest : at->place();
}

}  // namespace dfx
