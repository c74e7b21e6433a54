#include "cli/render/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace dfx {
namespace {

const char* variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool asked_for(const char* name) { return *variable(name) != '\0' && std::strcmp(variable(name), "0") != 0; }

bool wants_color(bool tty, bool no_color) {
  if (no_color || *variable("NO_COLOR") != '\0') return false;
  if (asked_for("CLICOLOR_FORCE") || asked_for("FORCE_COLOR")) return true;
  if (std::strcmp(variable("CLICOLOR"), "0") == 0) return false;
  const std::string_view term = variable("TERM");
  return tty && !term.empty() && term != "dumb";
}

bool speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string value = variable(name);
    if (value.empty()) continue;
    std::transform(value.begin(), value.end(), value.begin(), [](unsigned char c) { return std::tolower(c); });
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

const char* code(Style style) {
  switch (style) {
    case Style::plain: return "";
    case Style::bold: return "\x1b[1m";
    case Style::dim: return "\x1b[2m";
    case Style::red: return "\x1b[31m";
    case Style::green: return "\x1b[32m";
    case Style::yellow: return "\x1b[33m";
    case Style::cyan: return "\x1b[36m";
  }
  return "";
}

bool window(int fd, winsize& size) { return fd >= 0 && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0; }

}  // namespace

TerminalTraits probe_terminal(int fd, bool no_color) {
  TerminalTraits traits;
  traits.tty = isatty(fd) == 1 && std::strcmp(variable("TERM"), "dumb") != 0;
  traits.color = wants_color(traits.tty, no_color);
  traits.unicode = speaks_utf8();
  traits.fd = traits.tty ? fd : -1;
  return traits;
}

unsigned Terminal::width() const {
  winsize size{};
  return window(x_traits.fd, size) ? size.ws_col : x_traits.width;
}

unsigned Terminal::rows() const {
  winsize size{};
  return window(x_traits.fd, size) && size.ws_row > 0 ? size.ws_row : x_traits.rows;
}

std::string Terminal::paint(Style style, std::string_view text) const {
  if (!x_traits.color || style == Style::plain || text.empty()) return std::string(text);
  return code(style) + std::string(text) + "\x1b[0m";
}

}  // namespace dfx
