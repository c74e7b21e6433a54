#include "cli/render/diagnostics.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/render/screen.hpp"

namespace dfx {
namespace {

Diagnostic typo() {
  Diagnostic d;
  d.code = "config.unknown-key";
  d.summary = "unknown key";
  d.detail = "`memroy` is not a setting of a machine";
  d.help = "did you mean `memory`?";
  d.place = {"home.stack.yaml", 27, 13, 6};
  return d;
}

LineLookup line(const std::string& text, std::uint32_t column, std::uint32_t length) {
  return [=](const Place&) -> std::optional<SourceLine> { return SourceLine{text, column, length}; };
}

TEST(RenderDiagnostic, ShowsPlaceLineCaretAndHelp) {
  Screen screen;
  render(screen.terminal(), typo(), line("cp-a: {cpu: memroy: 4GiB}", 13, 6));
  EXPECT_EQ(screen.text(),
            "home.stack.yaml:27:13: error: unknown key [config.unknown-key]\n"
            "  27 | cp-a: {cpu: memroy: 4GiB}\n"
            "     |             ^^^^^^\n"
            "  `memroy` is not a setting of a machine\n"
            "  help: did you mean `memory`?\n");
}

TEST(RenderDiagnostic, ShowsTheOtherPlaceToo) {
  Diagnostic d = typo();
  d.other_place = {"home.stack.yaml", 3, 1, 2};
  d.other_label = "the first one is here";
  Screen screen;
  render(screen.terminal(), d, line("memroy", 1, 6));
  EXPECT_NE(screen.text().find("  home.stack.yaml:3:1: the first one is here\n  3 | memroy\n    | ------\n"), std::string::npos)
      << screen.text();
}

TEST(RenderDiagnostic, ShowsALongLineAroundItsCaret) {
  for (unsigned width : {60u, 80u}) {
    Screen screen(width);
    Diagnostic d = typo();
    d.detail.clear();
    d.help.clear();
    render(screen.terminal(), d, line(std::string(200, 'a') + "memroy" + std::string(200, 'b'), 201, 6));
    EXPECT_LE(screen.widest(), width + 2);
    EXPECT_NE(screen.text().find("memroy"), std::string::npos);
  }
}

TEST(RenderDiagnostic, PutsTheCaretUnderWideCharacters) {
  Screen screen;
  Diagnostic d = typo();
  d.detail.clear();
  d.help.clear();
  render(screen.terminal(), d, line("日本: x", 5, 1));
  EXPECT_NE(screen.text().find("     |       ^\n"), std::string::npos) << screen.text();
}

TEST(RenderDiagnostic, WrapsToTheWidth) {
  Diagnostic d;
  d.summary = "a thing went wrong";
  d.detail = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen";
  d.help = d.detail;
  for (unsigned width : {60u, 80u}) {
    Screen screen(width);
    render(screen.terminal(), d, {});
    EXPECT_LE(screen.widest(), width);
  }
}

TEST(RenderDiagnostic, LetsNoControlCharacterThrough) {
  Diagnostic d = typo();
  d.detail = "server said \x1b[2J\x07";
  d.help = "\x1b]0;title\x07";
  d.address = "lxd/lxd.instance/\x1b[31m";
  d.place.file = "a\x1b.yaml";
  Screen screen;
  render(screen.terminal(), d, line("key: \x1b[31m\tvalue", 6, 3));
  EXPECT_TRUE(screen.is_plain()) << screen.text();
}

TEST(RenderDiagnostics, ShowsErrorsByPlaceThenWarningsAndCountsTheRest) {
  Diagnostics all;
  all.warning("w.w", "a warning", {"a.yaml", 1, 1, 1});
  for (std::uint32_t i = 0; i < 25; ++i) all.error("e.e", "an error", {"a.yaml", 30 - i, 1, 1});
  Screen screen;
  render(screen.terminal(), all, {}, 20);
  EXPECT_EQ(screen.text().rfind("a.yaml:6:1: error: an error", 0), 0u);
  EXPECT_NE(screen.text().find("and 6 more\n"), std::string::npos);
  EXPECT_EQ(screen.text().find("warning"), std::string::npos);
}

}  // namespace
}  // namespace dfx
