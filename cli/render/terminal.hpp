// One output stream and what it can show. Text from outside passes through display() before it gets here.
#pragma once
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace dfx {

enum class Style { plain, bold, dim, red, green, yellow, cyan };

struct TerminalTraits {
  bool tty = false;
  bool color = false;
  bool unicode = false;
  unsigned width = 80;
  unsigned rows = 24;
  int fd = -1;  // asked for its size again at each use; -1: the size above holds
};

// What the stream behind `fd` can do: a terminal or not, NO_COLOR, CLICOLOR, FORCE_COLOR, TERM and the locale.
TerminalTraits probe_terminal(int fd, bool no_color);

// Borrows the stream. [one thread at a time]
class Terminal {
 public:
  Terminal(std::ostream& out, TerminalTraits traits) : x_out(out), x_traits(traits) {}

  std::ostream& out() { return x_out; }
  bool is_tty() const { return x_traits.tty; }
  bool unicode() const { return x_traits.unicode; }
  unsigned width() const;
  unsigned rows() const;
  // `text` in that style if colors are on, else as it is.
  std::string paint(Style style, std::string_view text) const;
  const char* arrow() const { return x_traits.unicode ? "\u2192" : "->"; }
  const char* dot() const { return x_traits.unicode ? "\u00b7" : "-"; }

 private:
  std::ostream& x_out;
  TerminalTraits x_traits;
};

// Text from outside made safe for a terminal: control characters, direction marks and bytes that are no UTF-8 come
// out as escapes such as \u001b; a line feed as \n. Never fails.
std::string display(std::string_view text);

// Columns that UTF-8 text without control characters takes.
std::size_t display_width(std::string_view text);
// At most `width` columns, with "..." at the end if something was cut.
std::string shorten(std::string_view text, std::size_t width);
std::string pad(std::string text, std::size_t width);

// Lines of at most `width` columns, broken at spaces and at line feeds; each passed through display().
std::vector<std::string> wrap(std::string_view text, std::size_t width);

}  // namespace dfx
