#include "cli/render/progress.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/render/screen.hpp"

namespace dfx {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Event event(Event::Type type, const std::string& name, std::size_t done = 0, std::size_t total = 3) {
  Event e;
  e.type = type;
  e.address = "lxd/lxd.instance/" + name;
  e.kind = "lxd.instance";
  e.action = Action::create;
  e.done = done;
  e.total = total;
  return e;
}

TEST(PlainProgress, SaysEachStepOnceWithoutControlCharacters) {
  Screen screen;
  PlainProgress progress(screen.terminal(), milliseconds(0), milliseconds(0));
  progress.take(event(Event::Type::started, "a"));
  Event waiting = event(Event::Type::waiting, "a");
  waiting.message = "waits for cloud-init\x1b[2J";
  progress.take(waiting);
  progress.take(waiting);
  Event done = event(Event::Type::done, "a", 1);
  done.elapsed = seconds(12);
  progress.take(done);
  Event failed = event(Event::Type::failed, "b", 2);
  failed.message = "no such image";
  progress.take(failed);
  progress.take(event(Event::Type::skipped, "c", 3));
  progress.finish();
  EXPECT_EQ(screen.text(),
            "  + create lxd/lxd.instance/a  waiting: waits for cloud-init\\u001b[2J\n"
            "  + create lxd/lxd.instance/a  done in 12s\n"
            "  + create lxd/lxd.instance/b  failed: no such image\n");
  EXPECT_TRUE(screen.is_plain());
}

TEST(PlainProgress, IsPatientWithWhatWaits) {
  Screen screen;
  PlainProgress progress(screen.terminal(), milliseconds(0), std::chrono::hours(1));
  progress.take(event(Event::Type::started, "a"));
  Event waiting = event(Event::Type::waiting, "a");
  waiting.message = "waits for an address";
  progress.take(waiting);
  progress.take(event(Event::Type::done, "a", 1));
  EXPECT_EQ(screen.text(), "  + create lxd/lxd.instance/a  done\n");
}

TEST(PlainProgress, SpendsNoLineOnWhatWasOnlyLookedAt) {
  Screen screen;
  PlainProgress progress(screen.terminal(), milliseconds(0), milliseconds(0));
  Event look = event(Event::Type::done, "a", 1);
  look.action = Action::none;
  look.step = Step::Kind::look;
  progress.take(look);
  EXPECT_EQ(screen.text(), "");
  look.type = Event::Type::failed;
  look.message = "no such image";
  progress.take(look);
  EXPECT_EQ(screen.text(), "  ? read   lxd/lxd.instance/a  failed: no such image\n");
}

TEST(PlainProgress, PassesOnWordsFromOutside) {
  Screen screen;
  PlainProgress progress(screen.terminal(), milliseconds(0), milliseconds(0));
  progress.say("stopping");
  EXPECT_EQ(screen.text(), "stopping\n");
}

TEST(RunView, ShowsWhatRunsTheOldestFirstAndTheCounts) {
  const auto start = RunView::Clock::now();
  RunView view(start);
  view.take(event(Event::Type::started, "a"), start);
  Event waiting = event(Event::Type::waiting, "b");
  waiting.message = "waits for an address";
  view.take(waiting, start);
  Event done = event(Event::Type::done, "c", 1);
  done.eta = seconds(240);
  view.take(done, start);
  EXPECT_EQ(view.oldest(), "lxd/lxd.instance/a");
  Screen screen;
  EXPECT_EQ(view.lines(screen.terminal(), 8, start + seconds(3)),
            (std::vector<std::string>{"  + create lxd/lxd.instance/a  3s", "  + create lxd/lxd.instance/b  3s  waits for an address",
                                      "  1/3 done - 1 running - 1 waiting - 3s - about 3m57s left"}));
}

TEST(RunView, IsNeverWiderThanTheTerminalNorHigherThanAsked) {
  const auto start = RunView::Clock::now();
  RunView view(start);
  for (int i = 0; i < 40; ++i) {
    Event e = event(Event::Type::waiting, "a-machine-with-a-rather-long-name-" + std::to_string(i));
    e.message = "waits for something that takes a long sentence to say";
    view.take(e, start);
  }
  for (unsigned width : {20u, 60u, 80u}) {
    Screen screen(width);
    const auto lines = view.lines(screen.terminal(), 8, start);
    EXPECT_LE(lines.size(), 8u);
    for (const std::string& line : lines) EXPECT_LT(display_width(line), width) << line;
  }
}

TEST(LiveProgress, LeavesOnlyWhatHappenedOnTheScreen) {
  Screen screen(80, false, true);
  {
    LiveProgress progress(screen.terminal());
    progress.take(event(Event::Type::started, "a"));
    progress.take(event(Event::Type::done, "a", 3));
    progress.finish();
  }
  // Whatever was drawn in between, the last words are the finished step and no block below it.
  const std::string text = screen.text();
  const std::string last = "  + create lxd/lxd.instance/a  done\n";
  ASSERT_GE(text.size(), last.size());
  EXPECT_EQ(text.substr(text.size() - last.size()), last);
}

}  // namespace
}  // namespace dfx
