#include "core/config/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_map>

#include "core/config/source_text.hpp"

namespace dfx {
namespace {

std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

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
    x_null_at = offset_of(mark);
    add(Node::make_null(x_file, spot(mark, 1)), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = x_anchors.find(anchor);
    if (found == x_anchors.end()) {
      complain("config.recursive-alias", "an alias stands inside what it stands for", spot(mark, 1));
      x_null_at = offset_of(mark);
      add(Node::make_null(x_file, spot(mark, 1)), 0);
      return;
    }
    spend(found->second.values(), found->second.bytes(), spot(mark, 1));
    add(found->second, 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    const bool quoted = tag == "!";
    check_tag(mark, tag);
    if (quoted) check_closed(mark);
    x_scalar_end = offset_of(mark) + value.size() + (quoted ? 2 : 0);
    const Spot at = scalar_spot(mark, value, quoted);
    add(Node::make_scalar(x_file, at, value, quoted, is_verbatim(mark, at, value, quoted)), anchor);
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
    std::size_t key_end = 0;   // where it ends in the text
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

  std::size_t offset_of(const YAML::Mark& mark) const {
    const auto line = std::min(static_cast<std::size_t>(std::max(0, mark.line)), x_lines.size() - 1);
    return std::min(x_lines[line] + static_cast<std::size_t>(std::max(0, mark.column)), x_text.size());
  }

  // yaml-cpp counts from 0 and columns in bytes. Marks mostly go forward: only what lies between two is counted, so
  // that a file of one long line stays linear.
  Spot spot(const YAML::Mark& mark, std::uint32_t length) {
    const auto line = static_cast<std::uint32_t>(mark.line + 1);
    const auto column = static_cast<std::size_t>(std::max(0, mark.column));
    if (line != x_last_line || column < x_last_bytes) {
      x_last_line = line;
      x_last_bytes = x_last_characters = 0;
    }
    const std::string_view text = line_text(line);
    const std::size_t from = std::min(x_last_bytes, text.size());
    x_last_characters += character_count(text.substr(from, column - x_last_bytes));
    x_last_bytes = column;
    return {line, static_cast<std::uint32_t>(x_last_characters) + 1, length, 0};
  }

  Spot scalar_spot(const YAML::Mark& mark, const std::string& value, bool quoted) {
    const std::size_t characters = character_count(value);
    Spot at = spot(mark, static_cast<std::uint32_t>(characters) + (quoted ? 2 : 0));
    const auto lines = static_cast<std::uint32_t>(std::count(value.begin(), value.end(), '\n'));
    if (lines > 0) {
      at.length = 1;
      at.last_line = at.line + lines;
    }
    return at;
  }

  bool is_verbatim(const YAML::Mark& mark, const Spot& at, const std::string& value, bool quoted) const {
    if (at.last_line != 0) return false;
    const std::string_view line = line_text(at.line);
    const std::size_t start = static_cast<std::size_t>(std::max(0, mark.column)) + (quoted ? 1 : 0);
    return start <= line.size() && line.substr(start, value.size()) == value;
  }

  // yaml-cpp takes the rest of the file for the text.
  void check_closed(const YAML::Mark& mark) {
    const std::size_t start = offset_of(mark);
    const char quote = start < x_text.size() ? x_text[start] : '|';
    if (quote != '"' && quote != '\'') return;
    for (std::size_t i = start + 1; i < x_text.size(); ++i) {
      if (quote == '"' && x_text[i] == '\\') {
        ++i;
      } else if (x_text[i] == quote) {
        if (quote == '"' || x_text.substr(i + 1, 1) != "'") return;
        ++i;
      }
    }
    complain("config.unclosed-quote", "a quoted text is never closed", spot(mark, 1)).help =
        "close it with " + std::string(1, quote) + " on this line";
    throw Stop();
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    Diagnostic& d = complain("config.tag", "YAML tags are not used in a stack file", spot(mark, 1));
    d.detail = "`" + tag + "` asks YAML for a type; types come from what the setting is";
    d.help = "take the tag away; quote the value if it must be text";
  }

  void open(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (x_open.size() >= YamlLimits::k_depth) too_deep(spot(mark, 1));
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
    spend(1, node.text().size(), node.spot());
    if (node.depth() > YamlLimits::k_depth) too_deep(node.spot());
    if (x_open.empty()) {
      root = std::move(node);
    } else if (x_open.back().kind == Node::Kind::sequence) {
      x_open.back().items.push_back(std::move(node));
    } else {
      add_to_mapping(x_open.back(), std::move(node));
    }
  }

  // Each node once, each alias as if it were written out.
  void spend(std::size_t values, std::size_t bytes, const Spot& at) {
    x_values += values;
    x_bytes += bytes;
    if (x_values <= YamlLimits::k_values && x_bytes <= YamlLimits::k_expanded_bytes) return;
    complain("config.too-large", "the file grows too large", at).detail =
        "aliases written out, it has more than " + std::to_string(YamlLimits::k_values) + " values or " +
        std::to_string(YamlLimits::k_expanded_bytes >> 20) + " MiB of text";
    throw Stop();
  }

  [[noreturn]] void too_deep(const Spot& at) {
    complain("config.too-deep", "nested too deeply", at).detail = "more than " + std::to_string(YamlLimits::k_depth) + " levels";
    throw Stop();
  }

  void add_to_mapping(Open& mapping, Node node) {
    if (mapping.wants_value) {
      mapping.wants_value = false;
      if (mapping.drop_value) return;
      check_colon(mapping, node);
      // yaml-cpp places nothing where the next thing begins; people look at the key.
      if (node.is_null()) node = Node::make_null(x_file, mapping.members.back().key_spot);
      mapping.members.back().value = std::move(node);
      return;
    }
    mapping.wants_value = true;
    mapping.drop_value = !accept_key(mapping, node);
    mapping.key_end = x_scalar_end;
    if (!mapping.drop_value) mapping.members.push_back({node.text(), node.spot(), Node()});
  }

  // A word alone in a mapping comes as a key with a null behind it, as `key:` does.
  void check_colon(const Open& mapping, const Node& value) {
    if (!value.is_null() || (x_null_at > mapping.key_end &&
                             x_text.substr(mapping.key_end, x_null_at - mapping.key_end).find(':') != std::string_view::npos))
      return;
    const Member& key = mapping.members.back();
    Diagnostic& d = complain("config.missing-colon", "a `:` is missing", key.key_spot);
    d.detail = "`" + key.key + "` stands alone where `key: value` is expected";
    d.help = "write `" + key.key + ":`, and its value behind it";
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
  std::size_t x_scalar_end = 0;   // of the last scalar
  std::size_t x_null_at = 0;      // of the last null
  std::uint32_t x_last_line = 0;  // spot() has counted this far
  std::size_t x_last_bytes = 0;
  std::size_t x_last_characters = 0;
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

// The second byte of a sequence says whether it is overlong, a surrogate or beyond Unicode.
bool is_second_byte(unsigned char lead, unsigned char second) {
  if (lead == 0xE0) return second >= 0xA0;
  if (lead == 0xED) return second < 0xA0;
  if (lead == 0xF0) return second >= 0x90;
  if (lead == 0xF4) return second < 0x90;
  return true;
}

// Controls, and marks that make a text look like another one: U+0080-009F, U+202A-202E, U+2066-2069.
bool is_hidden(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return (byte(0) < 0x20 && character != "\n" && character != "\t" && character != "\r") || byte(0) == 0x7F;
  if (character.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  if (character.size() != 3 || byte(0) != 0xE2) return false;
  return (byte(1) == 0x80 && byte(2) >= 0xAA && byte(2) <= 0xAE) || (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9);
}

// Offset of the first byte that is no UTF-8 or belongs to a character that has no business here; npos if all is well.
std::size_t first_bad_byte(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = sequence_length(lead);
    if (length == 0 || i + length > text.size()) return i;
    for (std::size_t k = 1; k < length; ++k)
      if ((text[i + k] & 0xC0) != 0x80) return i;
    if (length > 1 && !is_second_byte(lead, static_cast<unsigned char>(text[i + 1]))) return i;
    if (is_hidden(text.substr(i, length))) return i;
    i += length;
  }
  return std::string_view::npos;
}

bool refuse_size(std::string_view text, const std::string& file, Diagnostics& problems) {
  if (text.size() <= YamlLimits::k_file_bytes) return false;
  problems.error("config.too-large", "the file is too large", {file, 1, 1, 1}).detail =
      std::to_string(text.size()) + " bytes; at most " + std::to_string(YamlLimits::k_file_bytes >> 20) + " MiB are read";
  return true;
}

bool refuse_text(std::string_view text, const std::string& file, Diagnostics& problems) {
  const std::size_t bad = first_bad_byte(text);
  if (bad == std::string_view::npos) return false;
  const auto line = static_cast<std::uint32_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bad), '\n')) + 1;
  const std::size_t start = bad == 0 ? std::string_view::npos : text.rfind('\n', bad - 1);
  const std::string_view before = text.substr(start == std::string_view::npos ? 0 : start + 1, bad - (start == std::string_view::npos ? 0 : start + 1));
  const auto column = static_cast<std::uint32_t>(std::count_if(before.begin(), before.end(), [](char c) { return (c & 0xC0) != 0x80; })) + 1;
  problems.error("config.not-text", "this is no UTF-8 text", {file, line, column, 1}).help = "save the file as UTF-8 without control characters or marks that turn the direction of writing";
  return true;
}

// yaml-cpp's words for what people do wrong, in words that say what to do.
struct Words {
  const char* theirs;
  const char* detail;
  const char* help;
};
constexpr Words k_words[] = {
    {"end of map not found", "this line is indented like none of the lines above that it could belong to", "give all keys of one mapping the same indentation"},
    {"end of sequence not found", "this line is indented like none of the lines above that it could belong to", "give all entries of one list the same indentation"},
    {"illegal map value", "a `:` stands where no key can be", "quote a text that holds `: `, and check the indentation of this line"},
    {"end of map flow not found", "a `{` is never closed", "close it with }"},
    {"end of sequence flow not found", "a `[` is never closed", "close it with ]"},
    {"the referenced anchor is not defined", "this alias stands for nothing", "set the anchor with & before it is used with *"},
};

// The nearest tab that indents a line: at the line of a syntax mistake or just above it.
std::optional<std::pair<std::uint32_t, std::uint32_t>> indenting_tab(const std::vector<std::string_view>& lines, std::size_t from) {
  for (std::size_t i = std::min(from + 1, lines.size()); i-- > 0 && i + 3 > from;) {
    const std::size_t end = std::min(lines[i].find_first_not_of(" \t"), lines[i].size());
    const std::size_t tab = lines[i].substr(0, end).find('\t');
    if (tab != std::string_view::npos && end < lines[i].size()) return std::pair{static_cast<std::uint32_t>(i + 1), static_cast<std::uint32_t>(tab + 1)};
  }
  return std::nullopt;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    out.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

void explain_syntax(const YAML::Exception& e, std::string_view text, const std::string& file, Diagnostics& problems) {
  const std::vector<std::string_view> lines = lines_of(text);
  const auto line = std::min(static_cast<std::size_t>(std::max(0, e.mark.line)), lines.size() - 1);
  if (const auto tab = indenting_tab(lines, line)) {
    Diagnostic& d = problems.error("config.tab", "a tab cannot indent", {file, tab->first, tab->second, 1});
    d.help = "indent with spaces";
    return;
  }
  const std::size_t column = character_count(lines[line].substr(0, static_cast<std::size_t>(std::max(0, e.mark.column)))) + 1;
  Diagnostic& d = problems.error("config.yaml-syntax", "this is no YAML",
                                 {file, static_cast<std::uint32_t>(line + 1), static_cast<std::uint32_t>(column), 1});
  d.detail = e.msg;
  d.help = "look at the indentation and the quotes of this line and the one before";
  for (const Words& words : k_words) {
    if (e.msg != words.theirs) continue;
    d.detail = words.detail;
    d.help = words.help;
  }
}

}  // namespace

Node parse_yaml(std::string_view raw, std::string file_name, Diagnostics& problems) {
  if (raw.substr(0, 3) == "\xEF\xBB\xBF") raw.remove_prefix(3);
  if (refuse_size(raw, file_name, problems)) return {};
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
    explain_syntax(e, text, *file, problems);
    return {};
  }
}

}  // namespace dfx
