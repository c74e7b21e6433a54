#include "core/model/encode.hpp"

#include <algorithm>
#include <string_view>

#include "core/model/diagnostics.hpp"

namespace dfx {
namespace {

[[noreturn]] void refuse(const std::string& why) { throw Error("value.bad-node", "a `$dfx` node makes no sense", why); }

std::string text_of_part(const Json& part) {
  if (part.is_string()) return part.get<std::string>();
  if (part.is_null()) return "";
  if (part.is_structured()) refuse("a list or mapping stands inside a text; wrap it in a json or yaml node");
  return canonical(part);
}

std::string base64(std::string_view raw) {
  constexpr std::string_view k_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((raw.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < raw.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = (group << 8) | (i + k < raw.size() ? static_cast<unsigned char>(raw[i + k]) : 0u);
    const std::size_t known = std::min<std::size_t>(3, raw.size() - i);
    for (std::size_t k = 0; k < 4; ++k) out += k <= known ? k_alphabet[(group >> (18 - 6 * k)) & 63] : '=';
  }
  return out;
}

void write_yaml(const Json& value, std::string& out, std::size_t indent);

// Strings are written as JSON strings, which YAML's double-quoted style reads the same way; long texts as blocks.
void write_scalar(const Json& value, std::string& out) { out += canonical(value) + "\n"; }

void write_member(const std::string& lead, const Json& value, std::string& out, std::size_t indent) {
  out += std::string(indent, ' ') + lead;
  if (value.is_structured() && !value.empty()) {
    out += "\n";
    write_yaml(value, out, indent + 2);
  } else {
    out += " ";
    write_scalar(value, out);
  }
}

void write_yaml(const Json& value, std::string& out, std::size_t indent) {
  if (value.is_object() && !value.empty()) {
    for (const auto& [key, inner] : value.items()) write_member(canonical(Json(key)) + ":", inner, out, indent);
  } else if (value.is_array() && !value.empty()) {
    for (const Json& inner : value) write_member("-", inner, out, indent);
  } else {
    out += std::string(indent, ' ');
    write_scalar(value, out);
  }
}

// One encoder over arguments without nodes.
Json encode(const std::string& encoder, const Json& argument) {
  if (encoder == "base64") return base64(text_of_part(argument));
  if (encoder == "json") return canonical(argument);
  if (encoder == "yaml") {
    std::string out;
    write_yaml(argument, out, 0);
    return out;
  }
  if (encoder != "concat") refuse("`" + encoder + "` is no encoder");
  if (!argument.is_array()) refuse("concat takes a list");
  std::string out;
  for (const Json& part : argument) out += text_of_part(part);
  return out;
}

bool holds(const Json& value, const char* word) {
  if (is_dfx_node(value) && value["$dfx"].contains(word)) return true;
  return value.is_structured() && std::any_of(value.begin(), value.end(), [&](const Json& v) { return holds(v, word); });
}

// The first unknown below: its reason is the reason of whatever is built with it.
Json first_unknown(const Json& value) {
  if (is_dfx_node(value) && value["$dfx"].contains("unknown")) return value;
  for (const Json& inner : value)
    if (inner.is_structured() && contains_unknown(inner)) return first_unknown(inner);
  return value;
}

template <typename Leaf>
Json rewrite(const Json& value, const Leaf& leaf);

// A node: leaves go to `leaf`, encoders to their argument first.
template <typename Leaf>
Json rewrite_node(const Json& node, const Leaf& leaf) {
  const Json& inside = node["$dfx"];
  if (!inside.is_object() || inside.empty()) refuse("it must be an object");
  if (inside.contains("ref") || inside.contains("output") || inside.contains("secret") || inside.contains("unknown"))
    return leaf(node);
  const std::string encoder = inside.begin().key();
  Json argument = rewrite(inside.begin().value(), leaf);
  if (contains_unknown(argument)) return first_unknown(argument);
  if (contains_secret(argument)) return {{"$dfx", {{encoder, std::move(argument)}}}};
  return encode(encoder, argument);
}

template <typename Leaf>
Json rewrite(const Json& value, const Leaf& leaf) {
  if (is_dfx_node(value)) return rewrite_node(value, leaf);
  if (!value.is_structured()) return value;
  Json out = value;
  for (Json& inner : out)
    if (inner.is_structured()) inner = rewrite(inner, leaf);
  return out;
}

}  // namespace

bool is_dfx_node(const Json& value) { return value.is_object() && value.size() == 1 && value.begin().key() == "$dfx"; }

bool contains_unknown(const Json& value) { return holds(value, "unknown"); }
bool contains_secret(const Json& value) { return holds(value, "secret"); }

Json evaluate(const Json& value, const Resolver& resolver) {
  return rewrite(value, [&](const Json& node) -> Json {
    const Json& inside = node["$dfx"];
    if (inside.contains("ref"))
      return resolver(inside["ref"].template get<std::string>(), inside.value("path", std::string()));
    if (inside.contains("output")) refuse("a component's output was not resolved");
    return node;
  });
}

Json open_secrets(const Json& value, const std::function<std::string(const std::string&)>& reveal) {
  return rewrite(value, [&](const Json& node) -> Json {
    const Json& inside = node["$dfx"];
    if (inside.contains("secret")) return reveal(inside["secret"].template get<std::string>());
    refuse("it is not known yet");
  });
}

}  // namespace dfx
