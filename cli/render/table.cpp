#include "cli/render/table.hpp"

#include <algorithm>

namespace dfx {
namespace {

constexpr std::size_t k_gap = 2;
constexpr std::size_t k_least = 16;  // columns that the last cell keeps in any case

}  // namespace

void Table::render(Terminal& to, std::size_t indent) const {
  std::vector<std::size_t> widths;
  for (const auto& row : x_rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i + 1 < row.size(); ++i) widths[i] = std::max(widths[i], display_width(display(row[i].text)));
  }
  for (const auto& row : x_rows) {
    std::string line(indent, ' ');
    std::size_t used = indent;
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::string text = display(row[i].text);
      const bool last = i + 1 == row.size();
      // Off a terminal the whole text is there: somebody may look for it.
      if (last && to.is_tty()) text = shorten(text, std::max(k_least, to.width() - std::min<std::size_t>(to.width(), used)));
      const std::size_t room = last ? 0 : widths[i] - display_width(text) + k_gap;
      used += display_width(text) + room;
      line += to.paint(row[i].style, text) + std::string(room, ' ');
    }
    to.out() << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
  }
}

}  // namespace dfx
