#include "cli/render/diagnostics.hpp"

#include <algorithm>
#include <string>

namespace dfx {
namespace {

std::string place_text(const Place& place) {
  return display(place.file) + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

// Long lines are shown around the caret only.
SourceLine window(SourceLine line, std::size_t width) {
  if (display_width(line.text) <= width || width < 20) return line;
  const std::size_t before = width / 3;
  if (line.column > before && line.column > 4) {
    std::size_t drop = 0, bytes = 0;
    while (bytes < line.text.size() && drop + before < line.column) {
      ++bytes;
      while (bytes < line.text.size() && (static_cast<unsigned char>(line.text[bytes]) & 0xc0) == 0x80) ++bytes;
      ++drop;
    }
    line.text = "..." + line.text.substr(bytes);
    line.column = static_cast<std::uint32_t>(line.column - drop + 3);
  }
  line.text = shorten(line.text, width);
  return line;
}

// Columns of the text in front of the caret: wide characters take two.
std::size_t columns_before(const std::string& text, std::uint32_t column) {
  std::size_t bytes = 0;
  for (std::uint32_t i = 1; i < column && bytes < text.size(); ++i) {
    ++bytes;
    while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) ++bytes;
  }
  return display_width(std::string_view(text).substr(0, bytes));
}

void render_line(Terminal& to, const Place& place, const LineLookup& lines, char mark) {
  auto found = lines ? lines(place) : std::nullopt;
  if (!found) return;
  std::replace(found->text.begin(), found->text.end(), '\t', ' ');
  const std::string number = std::to_string(place.line);
  const std::string margin(number.size(), ' ');
  const SourceLine line = window(*found, std::max(24u, to.width()) - number.size() - 5);
  const std::size_t before = columns_before(line.text, line.column);
  const std::size_t total = display_width(line.text);
  const std::size_t room = before < total ? total - before : 1;
  const std::string caret(std::clamp<std::size_t>(line.length, 1, room), mark);
  to.out() << "  " << to.paint(Style::dim, number + " |") << ' ' << display(line.text) << '\n'
           << "  " << to.paint(Style::dim, margin + " |") << ' ' << std::string(before, ' ')
           << to.paint(mark == '^' ? Style::red : Style::cyan, caret) << '\n';
}

void render_text(Terminal& to, const std::string& text, const std::string& first, const std::string& next) {
  const std::size_t room = std::max(40u, std::min(to.width(), 110u)) - next.size();
  bool is_first = true;
  for (const std::string& line : wrap(text, room)) {
    to.out() << (is_first ? first : next) << line << '\n';
    is_first = false;
  }
}

}  // namespace

void render(Terminal& to, const Diagnostic& d, const LineLookup& lines) {
  const bool error = d.severity == Severity::error;
  if (d.place.known()) to.out() << to.paint(Style::bold, place_text(d.place)) << ": ";
  to.out() << to.paint(error ? Style::red : Style::yellow, error ? "error" : "warning") << ": "
           << to.paint(Style::bold, display(d.summary));
  if (!d.code.empty()) to.out() << ' ' << to.paint(Style::dim, "[" + display(d.code) + "]");
  to.out() << '\n';
  if (!d.address.empty() || !d.path.empty())
    to.out() << "  at " << display(d.address) << (d.address.empty() || d.path.empty() ? "" : " ") << display(d.path) << '\n';
  if (d.place.known()) render_line(to, d.place, lines, '^');
  render_text(to, d.detail, "  ", "  ");
  if (d.other_place.known()) {
    to.out() << "  " << place_text(d.other_place) << ": "
             << display(d.other_label.empty() ? "the other place" : d.other_label) << '\n';
    render_line(to, d.other_place, lines, '-');
  }
  render_text(to, d.help, "  " + to.paint(Style::cyan, "help:") + " ", "        ");
}

void render(Terminal& to, const Diagnostics& problems, const LineLookup& lines, std::size_t most) {
  Diagnostics sorted = problems;
  sorted.sort_by_place();
  std::size_t shown = 0;
  for (const Diagnostic& d : sorted.list()) {
    if (shown == most) {
      to.out() << "and " << sorted.list().size() - shown << " more\n";
      return;
    }
    render(to, d, lines);
    ++shown;
  }
}

}  // namespace dfx
