#include "sandbox/lxd/go_scan.hpp"

#include <string>

#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {
namespace {

constexpr int k_deepest = 1000;

std::string shown(char c) {
  if (c == '\'') return "'\\''";
  if (c == '"') return "'\"'";
  if (c == '\n') return "'\\n'";
  if (c == '\t') return "'\\t'";
  if (c == '\r') return "'\\r'";
  return std::string("'") + (c == '\\' ? "\\\\" : std::string(1, c)) + "'";
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : x_text(text) {}

  std::string_view first() {
    space();
    const std::size_t start = x_at;
    if (start == x_text.size()) throw Refusal{400, "EOF"};
    value(0);
    return x_text.substr(start, x_at - start);
  }

 private:
  char here() const {
    if (x_at >= x_text.size()) throw Refusal{400, "unexpected EOF"};
    return x_text[x_at];
  }
  [[noreturn]] void fail(const std::string& where) const {
    throw Refusal{400, "invalid character " + shown(here()) + " " + where};
  }
  void space() {
    while (x_at < x_text.size() && std::string_view(" \t\r\n").find(x_text[x_at]) != std::string_view::npos) ++x_at;
  }
  bool take(char c) {
    space();
    if (here() != c) return false;
    ++x_at;
    return true;
  }

  void value(int depth) {
    if (depth > k_deepest) throw Refusal{400, "exceeded max depth"};
    space();
    switch (here()) {
      case '{': return object(depth);
      case '[': return array(depth);
      case '"': return string();
      case 't': return literal("true");
      case 'f': return literal("false");
      case 'n': return literal("null");
      default: break;
    }
    if (here() != '-' && !is_digit(here())) fail("looking for beginning of value");
    number();
  }

  void object(int depth) {
    ++x_at;
    if (take('}')) return;
    while (true) {
      space();
      if (here() != '"') fail("looking for beginning of object key string");
      string();
      if (!take(':')) fail("after object key");
      value(depth + 1);
      if (take('}')) return;
      if (!take(',')) fail("after object key:value pair");
    }
  }

  void array(int depth) {
    ++x_at;
    if (take(']')) return;
    while (true) {
      value(depth + 1);
      if (take(']')) return;
      if (!take(',')) fail("after array element");
    }
  }

  void string() {
    for (++x_at; here() != '"'; ++x_at) {
      if (static_cast<unsigned char>(here()) < 0x20) fail("in string literal");
      if (here() == '\\') escape();
    }
    ++x_at;
  }

  // Ends on the last character of the escape.
  void escape() {
    ++x_at;
    if (here() == 'u') {
      for (int i = 0; i < 4; ++i) {
        ++x_at;
        if (!is_hex(here())) fail("in \\u hexadecimal character escape");
      }
    } else if (std::string_view("bfnrt\\/\"").find(here()) == std::string_view::npos) {
      fail("in string escape code");
    }
  }

  void literal(std::string_view word) {
    for (const char c : word) {
      if (here() != c) fail("in literal " + std::string(word) + " (expecting '" + c + "')");
      ++x_at;
    }
  }

  void digits(const char* where) {
    if (!is_digit(here())) fail(where);
    while (x_at < x_text.size() && is_digit(x_text[x_at])) ++x_at;
  }

  bool next_is(std::string_view any) const {
    return x_at < x_text.size() && any.find(x_text[x_at]) != std::string_view::npos;
  }

  void number() {
    if (here() == '-') ++x_at;
    if (here() == '0') ++x_at;
    else digits("in numeric literal");
    if (next_is(".")) {
      ++x_at;
      digits("after decimal point in numeric literal");
    }
    if (!next_is("eE")) return;
    ++x_at;
    if (next_is("+-")) ++x_at;
    digits("in exponent of numeric literal");
  }

  std::string_view x_text;
  std::size_t x_at = 0;
};

}  // namespace

std::string_view first_json_value(std::string_view text) { return Scanner(text).first(); }

}  // namespace dfx::sandbox::lxd
