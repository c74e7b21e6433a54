#include "core/config/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>

#include "core/config/source_text.hpp"

namespace dfx {
namespace {

// Ends the parse; its reason is in the problems already.
struct Stop {};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, std::shared_ptr<const std::string> file, Diagnostics& problems)
      : x_text(text), x_file(std::move(file)), x_problems(problems) {
    x_lines.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\n') x_lines.push_back(i + 1);
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (x_documents++ == 0) return;
    complain("config.second-document", "a second document in the same file", spot(mark, 3)).help =
        "a stack file is one document; delete the `---` line and what follows, or put it into a file of its own";
    throw Stop();
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(Node::make_null(x_file, spot(mark, 1)), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = x_anchors.find(anchor);
    if (found == x_anchors.end()) {
      complain("config.recursive-alias", "an alias stands inside what it stands for", spot(mark, 1));
      add(Node::make_null(x_file, spot(mark, 1)), 0);
      return;
    }
    add(found->second, 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    const bool quoted = tag == "!";
    check_tag(mark, tag);
    const Spot at = scalar_spot(mark, value, quoted);
    add(Node::make_scalar(x_file, at, value, quoted, is_verbatim(at, value, quoted)), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    open(Node::Kind::sequence, mark, anchor);
  }
  void OnSequenceEnd() override {
    Open top = close();
    add(Node::make_sequence(x_file, top.spot, std::move(top.items)), top.anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    open(Node::Kind::mapping, mark, anchor);
  }
  void OnMapEnd() override {
    Open top = close();
    add(Node::make_mapping(x_file, top.spot, std::move(top.members)), top.anchor);
  }

  Node root;

 private:
  struct Open {
    Node::Kind kind = Node::Kind::null;
    Spot spot;
    YAML::anchor_t anchor = 0;
    std::vector<Node> items;
    std::vector<Member> members;
    std::unordered_map<std::string, Spot> seen;
    bool wants_value = false;  // of a mapping: the key has come
    bool drop_value = false;   // of a key that was refused
  };

  Diagnostic& complain(std::string code, std::string summary, const Spot& at) {
    return x_problems.error(std::move(code), std::move(summary), {*x_file, at.line, at.column, std::max(1u, at.length)});
  }

  std::string_view line_text(std::uint32_t line) const {
    if (line == 0 || line > x_lines.size()) return {};
    const std::size_t start = x_lines[line - 1];
    return x_text.substr(start, x_text.find('\n', start) - start);
  }

  // yaml-cpp counts from 0 and columns in bytes.
  Spot spot(const YAML::Mark& mark, std::uint32_t length) const {
    const auto line = static_cast<std::uint32_t>(mark.line + 1);
    const std::string_view before = line_text(line).substr(0, static_cast<std::size_t>(std::max(0, mark.column)));
    const auto characters = std::count_if(before.begin(), before.end(), [](char c) { return (c & 0xC0) != 0x80; });
    return {line, static_cast<std::uint32_t>(characters) + 1, length, 0};
  }

  Spot scalar_spot(const YAML::Mark& mark, const std::string& value, bool quoted) const {
    const auto characters = std::count_if(value.begin(), value.end(), [](char c) { return (c & 0xC0) != 0x80; });
    Spot at = spot(mark, static_cast<std::uint32_t>(characters) + (quoted ? 2 : 0));
    const auto lines = static_cast<std::uint32_t>(std::count(value.begin(), value.end(), '\n'));
    if (lines > 0) {
      at.length = 1;
      at.last_line = at.line + lines;
    }
    return at;
  }

  bool is_verbatim(const Spot& at, const std::string& value, bool quoted) const {
    const std::string_view line = line_text(at.line);
    const std::size_t found = line.find(value);
    if (found == std::string_view::npos || at.last_line != 0) return false;
    std::size_t offset = 0;
    for (std::uint32_t c = 1; c < at.column + (quoted ? 1 : 0) && offset < line.size(); ++c)
      do ++offset;
      while (offset < line.size() && (line[offset] & 0xC0) == 0x80);
    return line.substr(offset, value.size()) == value;
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    Diagnostic& d = complain("config.tag", "YAML tags are not used in a stack file", spot(mark, 1));
    d.detail = "`" + tag + "` asks YAML for a type; types come from what the setting is";
    d.help = "take the tag away; quote the value if it must be text";
  }

  void open(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (x_open.size() >= YamlLimits::k_depth) {
      complain("config.too-deep", "nested too deeply", spot(mark, 1)).detail =
          "more than " + std::to_string(YamlLimits::k_depth) + " levels";
      throw Stop();
    }
    Open entry;
    entry.kind = kind;
    entry.spot = spot(mark, 1);
    entry.anchor = anchor;
    x_open.push_back(std::move(entry));
  }

  Open close() {
    Open top = std::move(x_open.back());
    x_open.pop_back();
    return top;
  }

  void add(Node node, YAML::anchor_t anchor) {
    if (anchor != 0) x_anchors.insert_or_assign(anchor, node);
    x_values += node.values();
    x_bytes += node.bytes();
    if (x_values > 2 * YamlLimits::k_values || x_bytes > 2 * YamlLimits::k_expanded_bytes || over_budget(node)) {
      complain("config.too-large", "the file grows too large", node.spot()).detail =
          "aliases written out, it has more than " + std::to_string(YamlLimits::k_values) + " values or " +
          std::to_string(YamlLimits::k_expanded_bytes >> 20) + " MiB of text";
      throw Stop();
    }
    if (x_open.empty()) {
      root = std::move(node);
    } else if (x_open.back().kind == Node::Kind::sequence) {
      x_open.back().items.push_back(std::move(node));
    } else {
      add_to_mapping(x_open.back(), std::move(node));
    }
  }

  static bool over_budget(const Node& node) {
    return node.values() > YamlLimits::k_values || node.bytes() > YamlLimits::k_expanded_bytes || node.depth() > YamlLimits::k_depth;
  }

  void add_to_mapping(Open& mapping, Node node) {
    if (mapping.wants_value) {
      mapping.wants_value = false;
      if (mapping.drop_value) return;
      mapping.members.back().value = std::move(node);
      return;
    }
    mapping.wants_value = true;
    mapping.drop_value = !accept_key(mapping, node);
    if (!mapping.drop_value) mapping.members.push_back({node.text(), node.spot(), Node()});
  }

  bool accept_key(Open& mapping, const Node& key) {
    if (!key.is_scalar()) {
      complain("config.bad-key", "a key must be a plain word", key.spot()).help = "keys are names such as `cp-a:`; quote them if they are unusual";
      return false;
    }
    if (key.text() == "<<" && !key.quoted()) {
      complain("config.merge-key", "YAML merge keys are not used in a stack file", key.spot()).help =
          "say it again, or use `vars:` or the plugin's `defaults:`";
      return false;
    }
    const auto [first, fresh] = mapping.seen.emplace(key.text(), key.spot());
    if (fresh) return true;
    Diagnostic& d = complain("config.duplicate-key", "the same key twice", key.spot());
    d.detail = "`" + key.text() + "` stands twice in the same mapping";
    d.help = "delete one of them";
    d.other_place = {*x_file, first->second.line, first->second.column, std::max(1u, first->second.length)};
    d.other_label = "first one here";
    return false;
  }

  std::string_view x_text;
  std::shared_ptr<const std::string> x_file;
  Diagnostics& x_problems;
  std::vector<std::size_t> x_lines;
  std::vector<Open> x_open;
  std::unordered_map<YAML::anchor_t, Node> x_anchors;
  std::size_t x_values = 0;
  std::size_t x_bytes = 0;
  int x_documents = 0;
};

std::string without_carriage_returns(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') out += text[i];
  return out;
}

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// Offset of the first byte that is no UTF-8 or a control character that YAML forbids; npos if all is well.
std::size_t first_bad_byte(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if ((lead < 0x20 && lead != '\n' && lead != '\t' && lead != '\r') || lead == 0x7F) return i;
    const std::size_t length = sequence_length(lead);
    if (length == 0 || i + length > text.size()) return i;
    for (std::size_t k = 1; k < length; ++k)
      if ((text[i + k] & 0xC0) != 0x80) return i;
    i += length;
  }
  return std::string_view::npos;
}

bool refuse_text(std::string_view text, const std::string& file, Diagnostics& problems) {
  if (text.size() > YamlLimits::k_file_bytes) {
    problems.error("config.too-large", "the file is too large", {file, 1, 1, 1}).detail =
        std::to_string(text.size()) + " bytes; at most " + std::to_string(YamlLimits::k_file_bytes >> 20) + " MiB are read";
    return true;
  }
  const std::size_t bad = first_bad_byte(text);
  if (bad == std::string_view::npos) return false;
  const auto line = static_cast<std::uint32_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bad), '\n')) + 1;
  const std::size_t start = bad == 0 ? std::string_view::npos : text.rfind('\n', bad - 1);
  const std::string_view before = text.substr(start == std::string_view::npos ? 0 : start + 1, bad - (start == std::string_view::npos ? 0 : start + 1));
  const auto column = static_cast<std::uint32_t>(std::count_if(before.begin(), before.end(), [](char c) { return (c & 0xC0) != 0x80; })) + 1;
  problems.error("config.not-text", "this is no UTF-8 text", {file, line, column, 1}).help = "save the file as UTF-8 without control characters";
  return true;
}

}  // namespace

Node parse_yaml(std::string_view raw, std::string file_name, Diagnostics& problems) {
  if (raw.substr(0, 3) == "\xEF\xBB\xBF") raw.remove_prefix(3);
  const std::string text = without_carriage_returns(raw);
  SourceText::instance().remember(file_name, text);
  if (refuse_text(text, file_name, problems)) return {};
  const auto file = std::make_shared<const std::string>(std::move(file_name));
  TreeBuilder builder(text, file, problems);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {}
    return builder.root;
  } catch (const Stop&) {
    return {};
  } catch (const YAML::Exception& e) {
    const std::string why = e.msg;
    Diagnostic& d = problems.error("config.yaml-syntax", "this is no YAML",
                                   {*file, static_cast<std::uint32_t>(std::max(0, e.mark.line) + 1), static_cast<std::uint32_t>(std::max(0, e.mark.column) + 1), 1});
    d.detail = why;
    d.help = "look at the indentation and the quotes of this line and the one before";
    return {};
  }
}

}  // namespace dfx
