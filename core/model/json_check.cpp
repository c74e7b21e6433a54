#include "core/model/json_check.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace dfx {
namespace {

// The most digits that fit into 64 bits whatever they are; longer ones are looked at.
constexpr std::size_t k_sure_digits = 18;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Checker {
 public:
  Checker(std::string_view text, int max_depth) : x_text(text), x_max_depth(max_depth) {}

  std::string run() {
    if (!value(0)) return x_problem;
    skip_space();
    if (x_at < x_text.size()) fail("more text after the value");
    return x_problem;
  }

 private:
  bool fail(const char* what) {
    x_problem = std::string(what) + " at byte " + std::to_string(x_at);
    return false;
  }
  bool syntax() { return fail(x_at < x_text.size() ? "syntax error" : "it ends too early"); }
  char here() const { return x_at < x_text.size() ? x_text[x_at] : '\0'; }
  void skip_space() {
    while (x_at < x_text.size() && (x_text[x_at] == ' ' || x_text[x_at] == '\n' || x_text[x_at] == '\t' || x_text[x_at] == '\r'))
      ++x_at;
  }
  bool take(char c) {
    skip_space();
    if (here() != c || x_at >= x_text.size()) return false;
    ++x_at;
    return true;
  }

  bool value(int depth) {
    skip_space();
    switch (here()) {
      case '{': return object(depth);
      case '[': return array(depth);
      case '"': return string();
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  bool object(int depth) {
    if (depth >= x_max_depth) return too_deep();
    ++x_at;
    if (take('}')) return true;
    do {
      skip_space();
      if (here() != '"') return syntax();
      if (!string()) return false;
      if (!take(':')) return syntax();
      if (!value(depth + 1)) return false;
    } while (take(','));
    return take('}') || syntax();
  }

  bool array(int depth) {
    if (depth >= x_max_depth) return too_deep();
    ++x_at;
    if (take(']')) return true;
    do {
      if (!value(depth + 1)) return false;
    } while (take(','));
    return take(']') || syntax();
  }

  bool too_deep() { return fail(("nested deeper than " + std::to_string(x_max_depth)).c_str()); }

  bool word(std::string_view w) {
    if (x_text.substr(x_at, w.size()) != w) return syntax();
    x_at += w.size();
    return true;
  }

  bool digits() {
    const std::size_t start = x_at;
    while (is_digit(here())) ++x_at;
    return x_at > start || syntax();
  }

  bool number() {
    const std::size_t start = x_at;
    if (here() == '-') ++x_at;
    const bool zero = here() == '0';
    const std::size_t first = x_at;
    if (!digits()) return false;
    if (zero && x_at - first > 1) return fail("a number with a leading zero");
    const std::size_t whole = x_at - first;
    bool integer = true;
    if (here() == '.') {
      integer = false;
      ++x_at;
      if (!digits()) return false;
    }
    if (here() == 'e' || here() == 'E') {
      integer = false;
      ++x_at;
      if (here() == '+' || here() == '-') ++x_at;
      if (!digits()) return false;
    }
    const std::string_view text = x_text.substr(start, x_at - start);
    return integer ? whole <= k_sure_digits || integer_fits(text) : float_fits(text);
  }

  bool float_fits(std::string_view text) {
    double value = 0;
    return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc() ||
           fail("a number that no 64-bit float can hold");
  }

  bool integer_fits(std::string_view text) {
    std::int64_t with_sign = 0;
    std::uint64_t without = 0;
    const char* const end = text.data() + text.size();
    const bool good = text.front() == '-' ? std::from_chars(text.data(), end, with_sign).ec == std::errc()
                                          : std::from_chars(text.data(), end, without).ec == std::errc();
    return good || fail("an integer that does not fit into 64 bits");
  }

  bool string() {
    for (++x_at; x_at < x_text.size();) {
      const auto c = static_cast<unsigned char>(x_text[x_at]);
      if (c == '"') {
        ++x_at;
        return true;
      }
      if (c < 0x20) return fail("a control character inside a text");
      if (c == '\\') {
        if (!escape()) return false;
      } else if (c < 0x80) {
        ++x_at;
      } else if (!multibyte(c)) {
        return fail("bad UTF-8");
      }
    }
    return syntax();
  }

  bool escape() {
    ++x_at;
    if (here() != 'u') {
      if (x_at >= x_text.size() || std::string_view("\"\\/bfnrt").find(here()) == std::string_view::npos) return syntax();
      ++x_at;
      return true;
    }
    std::uint32_t unit = 0;
    if (!hex(unit)) return syntax();
    if (unit < 0xD800 || unit > 0xDFFF) return true;
    std::uint32_t low = 0;
    const bool paired = unit < 0xDC00 && here() == '\\' && ++x_at < x_text.size() && here() == 'u' && hex(low);
    return (paired && low >= 0xDC00 && low <= 0xDFFF) || fail("half of a surrogate pair");
  }

  // The four digits behind the `u` at the cursor.
  bool hex(std::uint32_t& out) {
    const std::string_view four = x_text.substr(std::min(x_at + 1, x_text.size()), 4);
    const auto end = std::from_chars(four.data(), four.data() + four.size(), out, 16).ptr;
    if (four.size() != 4 || end != four.data() + 4) return false;
    x_at += 5;
    return true;
  }

  // RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
  bool multibyte(unsigned char lead) {
    const std::size_t more = lead >= 0xC2 && lead <= 0xDF ? 1 : (lead & 0xF0) == 0xE0 ? 2 : lead >= 0xF0 && lead <= 0xF4 ? 3 : 0;
    if (more == 0 || x_text.size() - x_at <= more) return false;
    const auto second = static_cast<unsigned char>(x_text[x_at + 1]);
    const unsigned char least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < least || second > most) return false;
    for (std::size_t i = 2; i <= more; ++i)
      if ((static_cast<unsigned char>(x_text[x_at + i]) & 0xC0) != 0x80) return false;
    x_at += more + 1;
    return true;
  }

  std::string_view x_text;
  int x_max_depth;
  std::size_t x_at = 0;
  std::string x_problem;
};

}  // namespace

std::string json_problem(std::string_view text, int max_depth) { return Checker(text, max_depth).run(); }

}  // namespace dfx
