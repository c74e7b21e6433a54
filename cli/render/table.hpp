// Rows whose columns line up.
#pragma once
#include <string>
#include <vector>

#include "cli/render/terminal.hpp"

namespace dfx {

struct Cell {
  std::string text;  // passed through display() by the table
  Style style = Style::plain;
  Cell(std::string t, Style s = Style::plain) : text(std::move(t)), style(s) {}
  Cell(const char* t) : text(t) {}
};

class Table {
 public:
  void add(std::vector<Cell> row) { x_rows.push_back(std::move(row)); }
  bool empty() const { return x_rows.empty(); }
  // Each row on its line behind `indent` columns; the last column is shortened to fit the terminal.
  void render(Terminal& to, std::size_t indent = 2) const;

 private:
  std::vector<std::vector<Cell>> x_rows;
};

}  // namespace dfx
