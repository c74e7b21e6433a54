#include "core/model/json_scan.hpp"

#include <cstring>

namespace dfx {
namespace {

constexpr int k_max_depth = 128;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : x_text(text) {}

  void skip_space() {
    while (x_at < x_text.size() && is_space(x_text[x_at])) ++x_at;
  }
  bool take(char c) {
    skip_space();
    if (x_at >= x_text.size() || x_text[x_at] != c) return false;
    ++x_at;
    return true;
  }
  bool at_end() {
    skip_space();
    return x_at == x_text.size();
  }
  // The raw string at the cursor, with its quotes; empty on failure.
  std::string_view string() {
    skip_space();
    const std::size_t start = x_at;
    return skip_string() ? x_text.substr(start, x_at - start) : std::string_view();
  }
  // The raw value at the cursor; empty on failure.
  std::string_view value() {
    skip_space();
    const std::size_t start = x_at;
    if (x_at >= x_text.size()) return {};
    const char c = x_text[x_at];
    const bool good = c == '"' ? skip_string() : (c == '{' || c == '[') ? skip_nested() : skip_scalar();
    return good ? x_text.substr(start, x_at - start) : std::string_view();
  }

 private:
  bool skip_string() {
    if (x_at >= x_text.size() || x_text[x_at] != '"') return false;
    for (++x_at; x_at < x_text.size(); ++x_at) {
      if (x_text[x_at] == '\\') {
        ++x_at;
      } else if (x_text[x_at] == '"') {
        ++x_at;
        return true;
      }
    }
    return false;
  }
  bool skip_nested() {
    char open[k_max_depth];
    int depth = 0;
    while (x_at < x_text.size()) {
      const char c = x_text[x_at];
      if (c == '"') {
        if (!skip_string()) return false;
        continue;
      }
      if (c == '{' || c == '[') {
        if (depth == k_max_depth) return false;
        open[depth++] = c;
      } else if (c == '}' || c == ']') {
        if (open[--depth] != (c == '}' ? '{' : '[')) return false;
        if (depth == 0) {
          ++x_at;
          return true;
        }
      }
      ++x_at;
    }
    return false;
  }
  bool skip_scalar() {
    const std::size_t start = x_at;
    while (x_at < x_text.size() && !is_space(x_text[x_at]) && std::strchr(",}]", x_text[x_at]) == nullptr) ++x_at;
    return x_at > start;
  }

  std::string_view x_text;
  std::size_t x_at = 0;
};

}  // namespace

bool scan_members(std::string_view text, const std::function<void(std::string_view, std::string_view)>& member) {
  Scanner s(text);
  if (!s.take('{')) return false;
  if (s.take('}')) return s.at_end();
  do {
    const auto key = plain_string(s.string());
    if (!key || !s.take(':')) return false;
    const std::string_view raw = s.value();
    if (raw.empty()) return false;
    member(*key, raw);
  } while (s.take(','));
  return s.take('}') && s.at_end();
}

bool scan_items(std::string_view text, const std::function<void(std::string_view)>& item) {
  Scanner s(text);
  if (!s.take('[')) return false;
  if (s.take(']')) return s.at_end();
  do {
    const std::string_view raw = s.value();
    if (raw.empty()) return false;
    item(raw);
  } while (s.take(','));
  return s.take(']') && s.at_end();
}

std::string_view first_value(std::string_view text) { return Scanner(text).value(); }

std::optional<std::string_view> plain_string(std::string_view raw) {
  if (raw.size() < 2 || raw.front() != '"' || raw.back() != '"') return std::nullopt;
  const std::string_view inside = raw.substr(1, raw.size() - 2);
  if (inside.find('\\') != std::string_view::npos) return std::nullopt;
  return inside;
}

void each_line(std::string_view text, const std::function<void(std::string_view)>& line) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace dfx
