#include <gtest/gtest.h>

#include "cli/command_table.hpp"
#include "cli/render/terminal.hpp"

namespace dfx {
namespace {

std::size_t widest(const std::string& text) {
  std::size_t out = 0, begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    out = std::max(out, display_width(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return out;
}

TEST(Help, NamesEveryCommandAndFitsAWideTerminal) {
  const std::string overview = help_overview();
  for (const CommandInfo& command : command_table()) EXPECT_NE(overview.find(std::string("\n  ") + command.name + " "), std::string::npos) << command.name;
  EXPECT_LE(widest(overview), 110u);
}

TEST(Help, OfEachCommandHasUsageFlagsAndExamples) {
  for (const CommandInfo& command : command_table()) {
    const std::string page = help_of(command);
    EXPECT_NE(page.find(std::string("Usage: dfx ") + command.name), std::string::npos);
    for (const Flag* flag : flags_of(command)) EXPECT_NE(page.find(std::string("--") + flag->name), std::string::npos) << command.name;
    const bool explained = *command.more == '\0' || page.find("Examples:\n") != std::string::npos;
    EXPECT_TRUE(explained) << command.name;
    EXPECT_LE(widest(page), 112u) << command.name;
  }
}

TEST(Help, KnowsOtherToolsWords) {
  EXPECT_EQ(meant_command("down"), "destroy");
  EXPECT_EQ(meant_command("history"), "run list");
  EXPECT_EQ(meant_command("nonsense"), "");
}

}  // namespace
}  // namespace dfx
