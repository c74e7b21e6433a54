#include "cli/render/events_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace dfx {
namespace {

std::vector<Json> lines_of(const std::string& path) {
  std::vector<Json> out;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) out.push_back(parse_json(line));
  return out;
}

Event done_event() {
  Event e;
  e.type = Event::Type::done;
  e.address = "lxd/lxd.instance/a";
  e.kind = "lxd.instance";
  e.action = Action::create;
  e.elapsed = std::chrono::milliseconds(12);
  e.done = 1;
  e.total = 3;
  return e;
}

class EventsFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/dfx-events-XXXXXX";
    x_dir = mkdtemp(name.data());
    file = x_dir / "events.jsonl";
  }
  void TearDown() override { std::filesystem::remove_all(x_dir); }
  std::filesystem::path x_dir, file;
};

TEST_F(EventsFileTest, HoldsOneNumberedLinePerEventBetweenRunAndResult) {
  {
    EventsFile events(file);
    events.begin("apply", "home", "sandbox");
    events.take(done_event());
    events.end({{"exit", 0}});
    EXPECT_EQ(events.problem(), "");
  }
  const auto lines = lines_of(file);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0]["type"], "run");
  EXPECT_EQ(lines[0]["format"], 1);
  EXPECT_EQ(lines[1]["type"], "done");
  EXPECT_EQ(lines[1]["address"], "lxd/lxd.instance/a");
  EXPECT_EQ(lines[1]["action"], "create");
  EXPECT_EQ(lines[1]["elapsed_ms"], 12);
  EXPECT_EQ(lines[2]["type"], "result");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i]["number"], i);
    EXPECT_TRUE(lines[i].contains("time"));
  }
}

TEST_F(EventsFileTest, IsReadableByItsOwnerOnly) {
  const EventsFile events(file);
  struct stat info {};
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(EventsFileTest, IsRefusedBeforeAnythingElseIfItCannotBeOpened) {
  try {
    EventsFile events((x_dir / "no-folder" / "events.jsonl").string());
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.diagnostics().list().front().code, "usage.events-file");
  }
}

TEST(EventsFile, AFullDiskIsSaidAndStopsNothing) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  EventsFile events("/dev/full");
  events.take(done_event());
  EXPECT_NE(events.problem().find("No space left"), std::string::npos);
}

}  // namespace
}  // namespace dfx
