#include "sandbox/lxd/yaml.hpp"

#include <vector>

namespace dfx::sandbox::lxd {
namespace {

constexpr int k_deepest = 50;

struct Line {
  std::size_t indent = 0;
  std::string text;  // from the first character that is no space
  bool blank() const { return text.empty() || text.front() == '#'; }
};

std::vector<Line> lines_of(const std::string& text) {
  std::vector<Line> lines;
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    std::string line = text.substr(start, end - start);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    lines.push_back({indent, line.substr(indent)});
    start = end + 1;
  }
  return lines;
}

// One flow value or quoted scalar in a text that holds all of it.
class Flow {
 public:
  Flow(const std::string& text, std::size_t line) : x_text(text), x_line(line) {}

  Json whole() {
    Json value = read(0);
    space();
    if (x_at < x_text.size() && x_text[x_at] != '#') fail("did not find expected <document start>");
    return value;
  }
  // The end of a quoted scalar that starts the text.
  std::size_t end_of_quoted() {
    quoted();
    return x_at;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw YamlProblem{"yaml: line " + std::to_string(x_line) + ": " + why};
  }
  void space() {
    while (x_at < x_text.size() && (x_text[x_at] == ' ' || x_text[x_at] == '\t' || x_text[x_at] == '\n')) ++x_at;
  }
  bool take(char c) {
    space();
    if (x_at >= x_text.size() || x_text[x_at] != c) return false;
    ++x_at;
    return true;
  }

  Json read(int depth) {
    if (depth > k_deepest) fail("exceeded max depth");
    space();
    if (x_at >= x_text.size()) return nullptr;
    const char c = x_text[x_at];
    if (c == '[') return list(depth);
    if (c == '{') return map(depth);
    return c == '"' || c == '\'' ? Json(quoted()) : plain(depth);
  }

  Json list(int depth) {
    Json items = Json::array();
    ++x_at;
    while (!take(']')) {
      space();
      if (x_at >= x_text.size()) fail("did not find expected node content");
      items.push_back(read(depth + 1));
      if (take(']')) break;
      if (!take(',')) fail("did not find expected ',' or ']'");
    }
    return items;
  }

  Json map(int depth) {
    Json members = Json::object();
    ++x_at;
    while (!take('}')) {
      const Json key = read(depth + 1);
      if (!key.is_string()) fail("did not find expected key");
      members[key.get<std::string>()] = take(':') ? read(depth + 1) : Json(nullptr);
      if (take('}')) break;
      if (!take(',')) fail("did not find expected ',' or '}'");
    }
    return members;
  }

  std::string quoted() {
    const char quote = x_text[x_at++];
    std::string value;
    while (true) {
      if (x_at >= x_text.size()) fail("found unexpected end of stream");
      const char c = x_text[x_at++];
      if (c == quote && quote == '\'' && x_at < x_text.size() && x_text[x_at] == '\'') {
        value += x_text[x_at++];
      } else if (c == quote) {
        return value;
      } else {
        value += c == '\\' && quote == '"' ? escaped() : std::string(1, c);
      }
    }
  }

  std::string escaped() {
    if (x_at >= x_text.size()) fail("found unexpected end of stream");
    const char c = x_text[x_at++];
    if (c == 'n') return "\n";
    if (c == 't') return "\t";
    if (c == 'r') return "\r";
    if (c == 'u') return unicode();
    if (c == '"' || c == '\\' || c == '/' || c == ' ') return std::string(1, c);
    fail("found unknown escape character");
  }

  // JSON knows how to read these.
  std::string unicode() {
    if (x_at + 4 > x_text.size()) fail("did not find expected hexdecimal number");
    const Json value = Json::parse("\"\\u" + x_text.substr(x_at, 4) + "\"", nullptr, false);
    x_at += 4;
    if (!value.is_string()) fail("found invalid Unicode character escape code");
    return value;
  }

  Json plain(int depth) {
    std::string value;
    while (x_at < x_text.size()) {
      const char c = x_text[x_at];
      const bool colon = c == ':' && (x_at + 1 >= x_text.size() || x_text[x_at + 1] == ' ');
      if (depth > 0 && (c == ',' || c == ']' || c == '}' || colon)) break;
      if (c == '#' && !value.empty() && value.back() == ' ') break;
      value += c;
      ++x_at;
    }
    value.erase(value.find_last_not_of(" \t\n") + 1);
    if (value == "~" || value == "null" || value.empty()) return nullptr;
    return value;
  }

  const std::string& x_text;
  std::size_t x_line;
  std::size_t x_at = 0;
};

bool is_item(const Line& line) { return line.text == "-" || line.text.compare(0, 2, "- ") == 0; }

// Where the ':' of "key: value" stands; npos: the line is no mapping entry.
std::size_t colon_of(const std::string& text, std::size_t line) {
  std::size_t from = 0;
  if (text.front() == '"' || text.front() == '\'') from = Flow(text, line).end_of_quoted();
  if (text.front() == '[' || text.front() == '{') return std::string::npos;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (text[at] == '#' && at > 0 && text[at - 1] == ' ') return std::string::npos;
    if (text[at] == ':' && (at + 1 == text.size() || text[at + 1] == ' ')) return at;
  }
  return std::string::npos;
}

bool opens_more_than_it_closes(const std::string& text) {
  int open = 0;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == '\\' && quote == '"') ++at;
      else if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else {
      open += (c == '[' || c == '{') - (c == ']' || c == '}');
    }
  }
  return open > 0 || quote != 0;
}

class Reader {
 public:
  explicit Reader(const std::string& text) : x_lines(lines_of(text)) {}

  Json document() {
    skip_blank();
    if (more() && here().text == "---") ++x_at;
    Json value = block(0, 0);
    skip_blank();
    if (more()) fail("did not find expected <document start>");
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw YamlProblem{"yaml: line " + std::to_string(x_at + 1) + ": " + why};
  }
  // The real reader names no line when the first one is at fault. `line` counts from 1.
  [[noreturn]] static void fail_scanning(std::size_t line, const std::string& why) {
    throw YamlProblem{line <= 1 ? "yaml: " + why : "yaml: line " + std::to_string(line) + ": " + why};
  }
  bool more() const { return x_at < x_lines.size(); }
  Line& here() { return x_lines[x_at]; }
  void skip_blank() {
    while (more() && here().blank()) ++x_at;
  }

  // The value whose lines are indented by at least `least`.
  Json block(std::size_t least, int depth) {
    if (depth > k_deepest) fail("exceeded max depth");
    skip_blank();
    if (!more() || here().indent < least) return nullptr;
    if (here().text.front() == '\t') fail("found character that cannot start any token");
    const std::size_t indent = here().indent;
    if (is_item(here())) return list(indent, depth);
    if (colon_of(here().text, x_at + 1) != std::string::npos) return map(indent, depth);
    return scalar(take_line(), indent);
  }

  std::string take_line() { return x_lines[x_at++].text; }

  Json list(std::size_t indent, int depth) {
    Json items = Json::array();
    for (skip_blank(); more() && here().indent == indent && is_item(here()); skip_blank()) {
      // The rest of the line is a block of its own, indented to where it starts.
      Line& line = here();
      const std::size_t rest = std::min(line.text.find_first_not_of(' ', 1), line.text.size());
      line = {indent + rest, line.text.substr(rest)};
      if (line.text.empty()) ++x_at;
      items.push_back(block_scalar_or(indent, depth));
    }
    if (more() && here().indent > indent) fail("did not find expected '-' indicator");
    return items;
  }

  Json block_scalar_or(std::size_t indent, int depth) {
    if (more() && !here().text.empty() && (here().text.front() == '|' || here().text.front() == '>')) {
      return literal(take_line(), indent);
    }
    return block(indent + 1, depth + 1);
  }

  Json map(std::size_t indent, int depth) {
    Json members = Json::object();
    for (skip_blank(); more() && here().indent == indent && !is_item(here()); skip_blank()) {
      const std::size_t colon = colon_of(here().text, x_at + 1);
      if (colon == std::string::npos) fail("could not find expected ':'");
      const std::string text = take_line();
      const Json key = Flow(x_scratch = text.substr(0, colon), x_at).whole();
      if (!key.is_string()) fail("did not find expected key");
      if (members.contains(key)) fail("key \"" + key.get<std::string>() + "\" already set in map");
      members[key.get<std::string>()] = value_of(text, colon + 1, indent, depth);
    }
    if (more() && here().indent > indent) fail("did not find expected key");
    return members;
  }

  Json value_of(const std::string& text, std::size_t from, std::size_t indent, int depth) {
    const std::size_t start = text.find_first_not_of(' ', from);
    if (start == std::string::npos || text[start] == '#') {
      skip_blank();
      const bool list_at_same_place = more() && here().indent == indent && is_item(here());
      return block(list_at_same_place ? indent : indent + 1, depth + 1);
    }
    if (text[start] == '|' || text[start] == '>') return literal(text.substr(start), indent);
    return scalar(text.substr(start), indent);
  }

  // A flow value, or a plain or quoted scalar, with the lines that continue it.
  Json scalar(std::string text, std::size_t indent) {
    const std::size_t line = x_at;
    if (std::string("&*!@`%").find(text.front()) != std::string::npos) fail("found character that cannot start any token");
    while (opens_more_than_it_closes(text) && more()) text += "\n" + take_line();
    const bool plain = std::string("[{\"'").find(text.front()) == std::string::npos;
    while (plain && more() && !here().blank() && here().indent > indent) text += " " + take_line();
    if (plain && colon_of(text, line) != std::string::npos) fail_scanning(line, "mapping values are not allowed in this context");
    return Flow(text, line).whole();
  }

  // "|", ">", with "-" or "+".
  Json literal(const std::string& head, std::size_t indent) {
    const bool folded = head.front() == '>';
    std::string value;
    std::size_t own = 0;
    for (; more() && (here().text.empty() || here().indent > indent); ++x_at) {
      if (own == 0 && !here().text.empty()) own = here().indent;
      if (here().text.empty()) value += "\n";
      else value += std::string(here().indent > own ? here().indent - own : 0, ' ') + here().text + (folded ? " " : "\n");
    }
    if (head.find('+') != std::string::npos) return value;
    value.erase(value.find_last_not_of("\n ") + 1);
    return head.find('-') == std::string::npos && !value.empty() ? value + "\n" : value;
  }

  std::vector<Line> x_lines;
  std::size_t x_at = 0;
  std::string x_scratch;
};

}  // namespace

Json read_yaml(const std::string& text) { return Reader(text).document(); }

}  // namespace dfx::sandbox::lxd
