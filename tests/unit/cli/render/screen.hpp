// A terminal that a test can read.
#pragma once
#include <sstream>
#include <string>

#include "cli/render/terminal.hpp"

namespace dfx {

class Screen {
 public:
  explicit Screen(unsigned width = 80, bool color = false, bool tty = false)
      : x_terminal(x_out, {.tty = tty, .color = color, .unicode = false, .width = width, .rows = 24, .fd = -1}) {}
  Terminal& terminal() { return x_terminal; }
  std::string text() const { return x_out.str(); }
  // True if nothing but line feeds and printable text was written.
  bool is_plain() const {
    for (unsigned char c : x_out.str())
      if (c != '\n' && c < 0x20) return false;
    return true;
  }
  std::size_t widest() const {
    std::size_t out = 0;
    std::istringstream in(x_out.str());
    for (std::string line; std::getline(in, line);) out = std::max(out, display_width(line));
    return out;
  }

 private:
  std::ostringstream x_out;
  Terminal x_terminal;
};

}  // namespace dfx
