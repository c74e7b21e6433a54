// From positioned text to typed JSON, by the schema.
#include <algorithm>
#include <charconv>

#include "core/config/references.hpp"
#include "core/config/rule.hpp"
#include "core/config/source_text.hpp"
#include "core/model/suggest.hpp"

namespace dfx {
namespace {

std::string shown(const Node& node) {
  switch (node.kind()) {
    case Node::Kind::null: return "nothing";
    case Node::Kind::scalar: return "`" + node.text() + "`";
    case Node::Kind::sequence: return "a list";
    case Node::Kind::mapping: return "a mapping";
  }
  return "";
}

const char* wanted(ValueType type) {
  switch (type) {
    case ValueType::boolean: return "true or false";
    case ValueType::integer: return "a whole number";
    case ValueType::number: return "a number";
    case ValueType::string: return "a text";
    case ValueType::array: return "a list";
    case ValueType::object: return "a mapping";
    default: return "a value";
  }
}

class Converter {
 public:
  Converter(const ConvertOptions& options, Diagnostics& problems) : x_options(options), x_problems(problems) {}

  Json convert(const Rule& rule, const Node& node, const std::string& path, bool known) {
    known = known || rule.known;
    if (rule.secret && node.is_scalar() && node.file()) SourceText::instance().mark_secret(*node.file(), node.spot());
    if (node.is_scalar() && node.has_references()) return references(rule, node, path, known);
    if (rule.secret && node.is_scalar()) return plain_secret(node, path);
    if (!rule.alternatives.empty()) return alternatives(rule, node, path, known);
    if (node.is_null()) return null_value(rule, node, path, known);
    switch (rule.type) {
      case ValueType::object: return object(rule, node, path, known);
      case ValueType::array: return array(rule, node, path, known);
      case ValueType::any: return any(rule, node, path, known);
      default: return scalar(rule, node, path);
    }
  }

 private:
  void wrong(const Node& node, const std::string& path, std::string code, std::string summary, std::string detail, std::string help = "") {
    Diagnostic& d = x_problems.error(std::move(code), std::move(summary), node.place());
    d.detail = (path.empty() ? "" : path + ": ") + std::move(detail);
    d.help = std::move(help);
    if (node.origin().known()) {
      d.other_place = node.origin();
      d.other_label = node.origin_label();
    }
  }

  Json wrong_type(const Rule& rule, const Node& node, const std::string& path) {
    const std::string what = rule.secret ? "a value" : shown(node);
    wrong(node, path, "config.wrong-type", "wrong kind of value", what + std::string(" stands where ") + wanted(rule.type) + " is needed", rule.description);
    return nullptr;
  }

  // It would stand in the state and in plans as it is.
  Json plain_secret(const Node& node, const std::string& path) {
    wrong(node, path, "config.plain-secret", "a secret is written out", "secrets are never kept in the stack file",
          "declare it under `secrets:` (env, file, command or generate) and write ${secret.name} here");
    return nullptr;
  }

  Json null_value(const Rule& rule, const Node& node, const std::string& path, bool known) {
    if (rule.nullable) return nullptr;
    if (rule.fallback) return *rule.fallback;
    // `component:` with nothing behind it is a component without settings.
    if (rule.type == ValueType::object) return object(rule, Node::make_mapping(node.file(), node.spot(), {}), path, known);
    if (rule.type == ValueType::array) return Json::array();
    if (rule.type == ValueType::any) return nullptr;
    return wrong_type(rule, node, path);
  }

  Json object(const Rule& rule, const Node& node, const std::string& path, bool known) {
    if (!node.is_mapping()) return wrong_type(rule, node, path);
    Json out = Json::object();
    for (const Member& m : node.members()) member(rule, node, m, path, known, out);
    for (const std::string& key : rule.required)
      if (node.find(key) == nullptr) missing(rule, node, key, path);
    for (const auto& [key, inner] : rule.properties)
      if (node.find(key) == nullptr) fill_default(*inner, key, out);
    return out;
  }

  static void fill_default(const Rule& inner, const std::string& key, Json& out) {
    if (inner.fallback) out[key] = *inner.fallback;
  }

  void member(const Rule& rule, const Node& node, const Member& m, const std::string& path, bool known, Json& out) {
    const std::string at = path.empty() ? m.key : path + "." + m.key;
    if (const auto found = rule.properties.find(m.key); found != rule.properties.end()) {
      out[m.key] = convert(*found->second, m.value, at, known);
    } else if (rule.additional || rule.additional_any) {
      static const Rule anything;
      if (rule.property_names) check_name(*rule.property_names, node, m, at);
      out[m.key] = convert(rule.additional ? *rule.additional : anything, m.value, at, known);
    } else {
      unknown_key(rule, node, m, path);
    }
  }

  void check_name(const Rule& rule, const Node& node, const Member& m, const std::string& at) {
    const std::string why = refuse_scalar(rule, m.key);
    if (why.empty()) return;
    Diagnostic& d = x_problems.error("config.bad-name", "this name cannot be used", node.place_of(m.key_spot));
    d.detail = at + ": " + why;
  }

  void unknown_key(const Rule& rule, const Node& node, const Member& m, const std::string& path) {
    std::vector<std::string> names;
    for (const auto& [key, inner] : rule.properties) names.push_back(key);
    std::vector<std::string> candidates = names;
    if (path == x_options.path) candidates.insert(candidates.end(), x_options.sibling_keys.begin(), x_options.sibling_keys.end());
    Diagnostic& d = x_problems.error("config.unknown-key", "unknown key", node.place_of(m.key_spot));
    d.detail = "`" + m.key + "` means nothing " + (path.empty() ? "here" : "in " + path);
    const auto near = suggest(m.key, candidates);
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
    d.help = near ? "did you mean `" + *near + "`?" : list.empty() ? "no keys are known here" : "known keys: " + list;
  }

  void missing(const Rule& rule, const Node& node, const std::string& key, const std::string& path) {
    const auto found = rule.properties.find(key);
    wrong(node, path, "config.missing-key", "a key is missing", "`" + key + "` is needed here",
          found == rule.properties.end() ? "" : found->second->description);
  }

  Json array(const Rule& rule, const Node& node, const std::string& path, bool known) {
    if (!node.is_sequence()) return wrong_type(rule, node, path);
    Json out = Json::array();
    static const Rule anything;
    for (std::size_t i = 0; i < node.items().size(); ++i)
      out.push_back(convert(rule.items ? *rule.items : anything, node.items()[i], path + "[" + std::to_string(i) + "]", known));
    if (rule.min_items && out.size() < *rule.min_items)
      wrong(node, path, "config.bad-value", "this value cannot be used", "at least " + std::to_string(*rule.min_items) + " entries are needed");
    if (rule.max_items && out.size() > *rule.max_items)
      wrong(node, path, "config.bad-value", "this value cannot be used", "at most " + std::to_string(*rule.max_items) + " entries are allowed");
    return out;
  }

  // Without a type in the schema, YAML's core rules: true, false, numbers, else text. Quoted is text.
  Json any(const Rule& rule, const Node& node, const std::string& path, bool known) {
    if (node.is_mapping()) {
      Rule open;
      open.additional_any = true;
      return object(open, node, path, known);
    }
    if (node.is_sequence()) return array(rule, node, path, known);
    return checked(rule, node, path, core_value(node));
  }

  static Json core_value(const Node& node) {
    const std::string& text = node.text();
    if (node.quoted()) return text;
    if (text == "true" || text == "false") return text == "true";
    if (const auto number = integer_from(text)) return *number;
    if (const auto number = number_from(text)) return *number;
    return text;
  }

  static std::optional<std::int64_t> integer_from(const std::string& text) {
    std::int64_t out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size() || has_leading_zero(text)) return std::nullopt;
    return out;
  }

  // 0123 is 83 to one reader and 123 to another: here it is no number.
  static bool has_leading_zero(std::string_view text) {
    if (!text.empty() && text.front() == '-') text.remove_prefix(1);
    return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
  }

  static std::optional<double> number_from(const std::string& text) {
    if (has_leading_zero(text)) return std::nullopt;
    if (text.empty() || text.find_first_not_of("0123456789+-.eE") != std::string::npos || text.find_first_of("0123456789") == std::string::npos)
      return std::nullopt;
    double out = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
  }

  Json scalar(const Rule& rule, const Node& node, const std::string& path) {
    if (!node.is_scalar()) return wrong_type(rule, node, path);
    const std::string& text = node.text();
    switch (rule.type) {
      case ValueType::boolean:
        if (!node.quoted() && (text == "true" || text == "false")) return text == "true";
        return wrong_type(rule, node, path);
      case ValueType::integer:
        if (const auto number = integer_from(text); number && !node.quoted()) return checked(rule, node, path, *number);
        return wrong_type(rule, node, path);
      case ValueType::number:
        if (const auto number = number_from(text); number && !node.quoted()) return checked(rule, node, path, *number);
        return wrong_type(rule, node, path);
      default: return checked(rule, node, path, text);
    }
  }

  Json checked(const Rule& rule, const Node& node, const std::string& path, Json value) {
    const std::string why = refuse_scalar(rule, value);
    if (why.empty()) return value;
    std::string help = rule.description;
    if (rule.allowed.is_array() && value.is_string()) {
      std::vector<std::string> words;
      for (const Json& a : rule.allowed)
        if (a.is_string()) words.push_back(a.get<std::string>());
      if (const auto near = suggest(value.get<std::string>(), words)) help = "did you mean `" + *near + "`?";
    }
    wrong(node, path, "config.bad-value", "this value cannot be used", (rule.secret ? "a secret value" : shown(node)) + std::string(" stands here; ") + why, help);
    return value;
  }

  // The alternative whose kind of value fits; the problems of the best one if none does.
  Json alternatives(const Rule& rule, const Node& node, const std::string& path, bool known) {
    Diagnostics best;
    std::size_t best_distance = 0;
    for (const auto& alternative : rule.alternatives) {
      Diagnostics tried;
      Json value = Converter(x_options, tried).convert(*alternative, node, path, known || rule.known);
      if (!tried.has_errors()) {
        x_problems.append(tried);
        return value;
      }
      const std::size_t distance = distance_of(*alternative, node, tried);
      if (!best.empty() && distance >= best_distance) continue;
      best = tried;
      best_distance = distance;
    }
    x_problems.append(best);
    return nullptr;
  }

  // How far a value is from an alternative: another kind of value is farthest, a misspelt word nearest.
  static std::size_t distance_of(const Rule& rule, const Node& node, const Diagnostics& problems) {
    std::size_t out = fits_kind(rule, node) ? 0 : 1000;
    for (const Diagnostic& d : problems.list()) out += d.help.rfind("did you mean", 0) == 0 ? 1 : 2;
    return out;
  }

  static bool fits_kind(const Rule& rule, const Node& node) {
    return (rule.type == ValueType::object) == node.is_mapping() && (rule.type == ValueType::array) == node.is_sequence();
  }

  Json references(const Rule& rule, const Node& node, const std::string& path, bool known) {
    Json parts = Json::array();
    const std::vector<Segment> segments = scan_references(node, x_problems);
    bool nodes = false;
    for (const Segment& s : segments) {
      if (!s.reference) {
        parts.push_back(s.literal);
        continue;
      }
      const auto value = reference(rule, node, *s.reference, path, known);
      if (!value) return nullptr;
      nodes = true;
      parts.push_back(*value);
    }
    // Only escapes: a text, whatever it looks like now.
    if (!nodes) {
      const bool text = rule.type == ValueType::string || rule.type == ValueType::any;
      return text ? checked(rule, node, path, joined(parts)) : wrong_type(rule, node, path);
    }
    if (parts.size() == 1) return parts[0];
    return {{"$dfx", {{"concat", parts}}}};
  }

  static std::string joined(const Json& parts) {
    std::string out;
    for (const Json& p : parts) out += p.get<std::string>();
    return out;
  }

  std::optional<Json> reference(const Rule& rule, const Node& node, const Reference& r, const std::string& path, bool known) {
    const Place place = node.place_in_text(r.offset, r.text.size());
    if (r.kind == Reference::Kind::secret) return secret(rule, r, path, place);
    if (r.kind != Reference::Kind::output) return std::nullopt;
    const auto component = x_options.components.find(r.head);
    if (component == x_options.components.end()) {
      std::vector<std::string> names{"var", "secret"};
      for (const auto& [name, enabled] : x_options.components) names.push_back(name);
      const auto near = suggest(r.head, names);
      problem("config.unknown-component", "no such component", r.text + " names no component of this stack", near ? "did you mean `" + *near + "`?" : "", place);
      return std::nullopt;
    }
    if (!component->second) {
      problem("config.disabled-component", "a component that is switched off is referred to", r.text + ": `" + r.head + "` is switched off in this environment", "switch it on, or take the reference away", place);
      return std::nullopt;
    }
    if (known) {
      problem("config.must-be-known", "this must be known from the file", path + " shapes the plan; an output of a component cannot stand here", "write the value itself, or use a variable", place);
      return std::nullopt;
    }
    std::string pointer;
    for (const std::string& word : r.path) pointer += "/" + word;
    return Json{{"$dfx", {{"output", r.head}, {"path", pointer}}}};
  }

  std::optional<Json> secret(const Rule& rule, const Reference& r, const std::string& path, const Place& place) {
    if (x_options.secrets.count(r.head) == 0) {
      const auto near = suggest(r.head, {x_options.secrets.begin(), x_options.secrets.end()});
      problem("config.unknown-secret", "no such secret", r.text + " is not declared", near ? "did you mean `" + *near + "`?" : "declare it under `secrets:`", place);
      return std::nullopt;
    }
    if (!rule.secret) {
      problem("config.secret-exposed", "a secret stands where it would be seen", (path.empty() ? "" : path + ": ") + std::string("this setting is not marked as sensitive"), "use it in a setting that takes secrets", place);
      return std::nullopt;
    }
    return Json{{"$dfx", {{"secret", "stack/" + r.head}}}};
  }

  void problem(std::string code, std::string summary, std::string detail, std::string help, const Place& place) {
    Diagnostic& d = x_problems.error(std::move(code), std::move(summary), place);
    d.detail = std::move(detail);
    d.help = std::move(help);
  }

  const ConvertOptions& x_options;
  Diagnostics& x_problems;
};

}  // namespace

Json convert_node(const Rule& rule, const Node& node, const ConvertOptions& options, Diagnostics& problems) {
  return Converter(options, problems).convert(rule, node, options.path, false);
}

}  // namespace dfx
