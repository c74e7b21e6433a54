#include "cli/render/table.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/render/screen.hpp"

namespace dfx {
namespace {

TEST(Table, LinesColumnsUp) {
  Table table;
  table.add({"lxd", "0.1.0", "hosts and machines"});
  table.add({"metallb", "0.1.0", "load balancer"});
  Screen screen;
  table.render(screen.terminal());
  EXPECT_EQ(screen.text(), "  lxd      0.1.0  hosts and machines\n  metallb  0.1.0  load balancer\n");
}

TEST(Table, ColorsDoNotMoveColumns) {
  Table table;
  table.add({{"ok", Style::green}, "a"});
  table.add({{"fail", Style::red}, "b"});
  Screen screen(80, true);
  table.render(screen.terminal(), 0);
  EXPECT_EQ(screen.text(), "\x1b[32mok\x1b[0m    a\n\x1b[31mfail\x1b[0m  b\n");
}

TEST(Table, ShortensTheLastColumnOnATerminalOnly) {
  Table table;
  table.add({"key", std::string(100, 'x')});
  Screen terminal(40, false, true), pipe(40);
  table.render(terminal.terminal());
  table.render(pipe.terminal());
  EXPECT_EQ(terminal.widest(), 40u);
  EXPECT_NE(pipe.text().find(std::string(100, 'x')), std::string::npos);
}

TEST(Table, LetsNoControlCharacterThrough) {
  Table table;
  table.add({"a\x1b[2J", "b\r"});
  Screen screen;
  table.render(screen.terminal());
  EXPECT_TRUE(screen.is_plain()) << screen.text();
}

}  // namespace
}  // namespace dfx
