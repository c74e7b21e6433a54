#include "core/config/references.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/config/yaml.hpp"
#include "core/model/address.hpp"
#include "core/model/suggest.hpp"

namespace dfx {
namespace {

bool is_word(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

std::vector<std::string> split_dots(std::string_view text) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t dot = text.find('.');
    out.emplace_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return out;
    text.remove_prefix(dot + 1);
  }
}

void refuse(const Node& scalar, std::size_t offset, std::size_t length, std::string detail, Diagnostics& problems) {
  Diagnostic& d = problems.error("config.bad-reference", "this is no reference", scalar.place_in_text(offset, length));
  d.detail = std::move(detail);
  d.help = "write ${var.name}, ${secret.name} or ${component.output}; $${ stands for ${ itself";
}

// The inside of ${...}. Nothing if it is malformed.
std::optional<Reference> read_reference(std::string_view inside) {
  std::vector<std::string> words = split_dots(inside);
  if (words.size() < 2 || !std::all_of(words.begin(), words.end(), is_word)) return std::nullopt;
  Reference out;
  if (words[0] == "var") {
    out.path.assign(words.begin() + 1, words.end());
    return out;
  }
  if (words[0] == "secret") {
    if (words.size() != 2) return std::nullopt;
    out.kind = Reference::Kind::secret;
    out.head = words[1];
    return out;
  }
  out.kind = Reference::Kind::output;
  out.head = words[0];
  out.path.assign(words.begin() + 1, words.end());
  return out;
}

std::string joined(const std::vector<std::string>& path) {
  std::string out = "var";
  for (const std::string& word : path) out += "." + word;
  return out;
}

class Substitution {
 public:
  Substitution(const Node& variables, Diagnostics& problems) : x_variables(variables), x_problems(problems) {}

  Node apply(const Node& node) {
    if (!node.has_references()) return node;
    if (node.is_scalar()) return apply_scalar(node);
    if (node.is_sequence()) {
      std::vector<Node> items;
      for (const Node& item : node.items()) items.push_back(apply(item));
      return checked(Node::make_sequence(node.file(), node.spot(), std::move(items)));
    }
    std::vector<Member> members;
    for (const Member& m : node.members()) members.push_back({m.key, m.key_spot, apply(m.value)});
    return checked(Node::make_mapping(node.file(), node.spot(), std::move(members)));
  }

 private:
  Node checked(Node node) {
    if (node.values() <= YamlLimits::k_values && node.bytes() <= YamlLimits::k_expanded_bytes && node.depth() <= YamlLimits::k_depth)
      return node;
    if (!x_too_large)
      x_problems.error("config.too-large", "variables written out, this grows too large", node.place());
    x_too_large = true;
    return Node::make_null(node.file(), node.spot());
  }

  Node apply_scalar(const Node& scalar) {
    const std::vector<Segment> segments = scan_references(scalar, x_problems);
    const bool only = segments.size() == 1 && segments[0].reference && segments[0].reference->kind == Reference::Kind::variable;
    if (only) {
      const auto value = lookup(scalar, *segments[0].reference);
      return value ? value->moved_to(scalar, k_label()) : Node::make_null(scalar.file(), scalar.spot());
    }
    std::string text;
    bool changed = false;
    for (const Segment& s : segments) {
      if (!s.reference) {
        text += escaped(s.literal);
      } else if (s.reference->kind != Reference::Kind::variable) {
        text += s.reference->text;
      } else {
        text += text_of(scalar, *s.reference);
        changed = true;
      }
    }
    return changed ? checked(Node::make_scalar(scalar.file(), scalar.spot(), std::move(text), true, false)) : scalar;
  }

  static const std::string& k_label() {
    static const std::string label = "the variable is set here";
    return label;
  }

  // Literals keep their escape: what comes out is scanned once more for secrets and outputs.
  static std::string escaped(const std::string& literal) {
    std::string out;
    for (std::size_t i = 0; i < literal.size(); ++i) {
      if (literal.compare(i, 2, "${") == 0) out += '$';
      out += literal[i];
    }
    return out;
  }

  std::string text_of(const Node& scalar, const Reference& reference) {
    const auto value = lookup(scalar, reference);
    if (!value) return "";
    if (value->is_scalar()) return value->text();
    Diagnostic& d = x_problems.error("config.bad-reference", "a list or mapping cannot stand inside a text",
                                     scalar.place_in_text(reference.offset, reference.text.size()));
    d.detail = reference.text + " is no single value";
    d.other_place = value->place();
    d.other_label = k_label();
    return "";
  }

  std::optional<Node> lookup(const Node& scalar, const Reference& reference) {
    const std::string name = joined(reference.path);
    if (std::find(x_open.begin(), x_open.end(), name) != x_open.end()) {
      ring(scalar, reference, name);
      return std::nullopt;
    }
    // Once per variable: variables that use others twice would double the work with each of them.
    if (const auto known = x_known.find(name); known != x_known.end()) return known->second;
    Node at = x_variables;
    for (const std::string& word : reference.path) {
      const Member* member = at.find(word);
      if (member == nullptr) {
        unknown(scalar, reference, at, word);
        return std::nullopt;
      }
      at = member->value;
    }
    x_open.push_back(name);
    Node value = apply(at);
    x_open.pop_back();
    x_known.emplace(name, value);
    return value;
  }

  void unknown(const Node& scalar, const Reference& reference, const Node& at, const std::string& word) {
    std::vector<std::string> names;
    for (const Member& m : at.members()) names.push_back(m.key);
    Diagnostic& d = x_problems.error("config.unknown-variable", "no such variable",
                                     scalar.place_in_text(reference.offset, reference.text.size()));
    d.detail = reference.text + ": there is no `" + word + "`";
    const auto near = suggest(word, names);
    d.help = near ? "did you mean `" + *near + "`?" : "declare it under `vars:`";
  }

  void ring(const Node& scalar, const Reference& reference, const std::string& name) {
    std::string way;
    for (const std::string& open : x_open) way += open + " -> ";
    Diagnostic& d = x_problems.error("config.variable-ring", "variables refer to each other in a ring",
                                     scalar.place_in_text(reference.offset, reference.text.size()));
    d.detail = way + name;
  }

  const Node& x_variables;
  Diagnostics& x_problems;
  std::vector<std::string> x_open;
  std::unordered_map<std::string, Node> x_known;
  bool x_too_large = false;
};

}  // namespace

std::vector<Segment> scan_references(const Node& scalar, Diagnostics& problems) {
  const std::string& text = scalar.text();
  std::vector<Segment> out;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) out.push_back({std::exchange(literal, {}), std::nullopt});
  };
  for (std::size_t i = 0; i < text.size();) {
    if (text.compare(i, 3, "$${") == 0) {
      literal += "${";
      i += 3;
      continue;
    }
    if (text.compare(i, 2, "${") != 0) {
      literal += text[i++];
      continue;
    }
    const std::size_t end = text.find('}', i);
    if (end == std::string::npos) {
      refuse(scalar, i, text.size() - i, "the closing } is missing", problems);
      break;
    }
    auto reference = read_reference(std::string_view(text).substr(i + 2, end - i - 2));
    if (reference) {
      reference->text = text.substr(i, end + 1 - i);
      reference->offset = i;
      flush();
      out.push_back({"", std::move(reference)});
    } else {
      refuse(scalar, i, end + 1 - i, "`" + text.substr(i, end + 1 - i) + "` cannot be understood", problems);
    }
    i = end + 1;
  }
  flush();
  if (out.empty()) out.push_back({"", std::nullopt});
  return out;
}

Node substitute_variables(const Node& node, const Node& variables, Diagnostics& problems) {
  return Substitution(variables, problems).apply(node);
}

}  // namespace dfx
