// Text from outside, measured and made safe.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "cli/render/terminal.hpp"

namespace dfx {
namespace {

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

Character next_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t bytes = length_of(byte(0));
  if (bytes == 0 || bytes > text.size()) return {byte(0), 1, false};
  if (bytes == 1) return {byte(0), 1, true};
  std::uint32_t code = byte(0) & (0xffu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {byte(0), 1, false};
    code = (code << 6) | (byte(i) & 0x3f);
  }
  constexpr std::array<std::uint32_t, 5> k_least{0, 0, 0x80, 0x800, 0x10000};
  const bool valid = code >= k_least[bytes] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return valid ? Character{code, bytes, true} : Character{byte(0), 1, false};
}

bool in(std::uint32_t code, std::uint32_t first, std::uint32_t last) { return code >= first && code <= last; }

// Control characters, and marks that reorder or hide what stands around them.
bool is_hostile(std::uint32_t code) {
  return code < 0x20 || in(code, 0x7f, 0x9f) || code == 0x61c || in(code, 0x200b, 0x200f) ||
         in(code, 0x2028, 0x202e) || in(code, 0x2060, 0x2069) || code == 0xfeff || in(code, 0xe0000, 0xe007f);
}

bool is_wide(std::uint32_t code) {
  return in(code, 0x1100, 0x115f) || in(code, 0x2e80, 0xa4cf) || in(code, 0xac00, 0xd7a3) ||
         in(code, 0xf900, 0xfaff) || in(code, 0xfe30, 0xfe6f) || in(code, 0xff00, 0xff60) ||
         in(code, 0xffe0, 0xffe6) || in(code, 0x1f300, 0x1f64f) || in(code, 0x1f900, 0x1f9ff) ||
         in(code, 0x20000, 0x3fffd);
}

bool is_combining(std::uint32_t code) {
  return in(code, 0x300, 0x36f) || in(code, 0x1ab0, 0x1aff) || in(code, 0x20d0, 0x20ff) || in(code, 0xfe00, 0xfe0f);
}

std::size_t columns(std::uint32_t code) {
  if (is_combining(code)) return 0;
  return is_wide(code) ? 2 : 1;
}

std::string escape(const Character& c) {
  if (c.valid && c.code == '\n') return "\\n";
  if (c.valid && c.code == '\t') return "\\t";
  std::array<char, 16> text{};
  const char* format = !c.valid ? "\\x%02x" : c.code > 0xffff ? "\\u{%x}" : "\\u%04x";
  const int size = std::snprintf(text.data(), text.size(), format, static_cast<unsigned>(c.code));
  return {text.data(), static_cast<std::size_t>(size)};
}

// The first break at or before `width` columns: the end of a line and where the next one begins.
std::pair<std::size_t, std::size_t> break_line(std::string_view text, std::size_t width) {
  std::size_t used = 0, space = std::string_view::npos;
  for (std::size_t at = 0; at < text.size();) {
    const Character c = next_character(text.substr(at));
    if (c.code == ' ' && used <= width) space = at;
    used += columns(c.code);
    if (used > width) {
      if (space != std::string_view::npos && space > 0) return {space, space + 1};
      // A word longer than a line (an address, a path) stays in one piece, so that it can be copied.
      const std::size_t end = text.find(' ', at);
      return end == std::string_view::npos ? std::pair{text.size(), text.size()} : std::pair{end, end + 1};
    }
    at += c.bytes;
  }
  return {text.size(), text.size()};
}

}  // namespace

std::string display(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = next_character(text);
    if (!c.valid || is_hostile(c.code)) out += escape(c);
    else out += text.substr(0, c.bytes);
    text.remove_prefix(c.bytes);
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character c = next_character(text);
    width += columns(c.code);
    text.remove_prefix(c.bytes);
  }
  return width;
}

std::string shorten(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  const std::size_t room = width > 3 ? width - 3 : 0;
  std::size_t used = 0, at = 0;
  while (at < text.size()) {
    const Character c = next_character(text.substr(at));
    if (used + columns(c.code) > room) break;
    used += columns(c.code);
    at += c.bytes;
  }
  return std::string(text.substr(0, at)) + std::string("...").substr(0, std::min<std::size_t>(3, width));
}

std::string pad(std::string text, std::size_t width) {
  const std::size_t used = display_width(text);
  if (used < width) text.append(width - used, ' ');
  return text;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t feed = text.find('\n');
    const std::string paragraph = display(text.substr(0, feed));
    std::string_view rest = paragraph;
    do {
      const auto [end, next] = break_line(rest, width);
      lines.emplace_back(rest.substr(0, end));
      rest.remove_prefix(next);
    } while (!rest.empty());
    text.remove_prefix(feed == std::string_view::npos ? text.size() : feed + 1);
  }
  return lines;
}

}  // namespace dfx
