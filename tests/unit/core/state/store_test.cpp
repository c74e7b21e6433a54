#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>

#include "core/model/diagnostics.hpp"
#include "core/state/run_lock.hpp"
#include "core/state/sqlite_store.hpp"
#include "core/util/sqlite.hpp"

namespace dfx {
namespace {

class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/dfx-state-XXXXXX";
    x_dir = mkdtemp(name.data());
  }
  void TearDown() override { std::filesystem::remove_all(x_dir); }
  std::filesystem::path file() const { return x_dir / "home.db"; }

  static Record record(const std::string& name, RecordStatus status = RecordStatus::ok) {
    Record r;
    r.address = "c/t.item/" + name;
    r.component = "c";
    r.kind = "t.item";
    r.plugin = "t";
    r.plugin_version = "1";
    r.generation = 3;
    r.identity = "\"id\"";
    r.desired = R"({"a":1})";
    r.outputs = R"({"o":"x"})";
    r.connection = R"({"url":"u"})";
    r.edges = {{"c/t.item/base", EdgeKind::needs}, {"c/t.item/host", EdgeKind::hosted_on}};
    r.status = status;
    r.operation = "op1";
    return r;
  }
  static Change change(Change::Kind kind, Record r, std::string result = "") {
    return {kind, std::move(r), "op1", "create", std::move(result), "", ""};
  }
  static std::string error_code(const std::function<void()>& body) {
    try {
      body();
    } catch (const Error& e) {
      return e.diagnostics().list().front().code;
    }
    return "";
  }

  std::filesystem::path x_dir;
};

TEST_F(StoreTest, RenamedRowTakesItsSealedSecretsAlong) {
  const auto store = open_sqlite_store(x_dir / "s.db");
  store->begin_run("apply");
  const Change made = change(Change::Kind::outcome, record("a"), "ok");
  store->commit(std::span(&made, 1));
  store->put_sealed("c/t.item/a#1", "sealed");
  store->put_sealed("c/t.item/ab#1", "another's");
  Change moved = change(Change::Kind::rename, record("b"));
  moved.from = "c/t.item/a";
  store->commit(std::span(&moved, 1));
  EXPECT_FALSE(store->find("c/t.item/a"));
  EXPECT_TRUE(store->find("c/t.item/b"));
  EXPECT_EQ(store->sealed("c/t.item/b#1"), "sealed");
  EXPECT_FALSE(store->sealed("c/t.item/a#1"));
  EXPECT_EQ(store->sealed("c/t.item/ab#1"), "another's");
}

TEST_F(StoreTest, KeepsARowAsItWasWritten) {
  const Record written = record("a", RecordStatus::waiting);
  std::string id;
  {
    auto store = open_sqlite_store(file());
    id = store->stack_id();
    store->begin_run("apply");
    const std::array changes{change(Change::Kind::outcome, written, "ok")};
    store->commit(changes);
  }
  auto store = open_sqlite_store(file());
  EXPECT_EQ(store->stack_id(), id);
  const auto rows = store->load();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].address, written.address);
  EXPECT_EQ(rows[0].generation, 3u);
  EXPECT_EQ(rows[0].edges, written.edges);
  EXPECT_EQ(rows[0].status, RecordStatus::waiting);
  EXPECT_EQ(rows[0].applied_text(), written.desired);
}

TEST_F(StoreTest, FileIsPrivate) {
  open_sqlite_store(file());
  struct stat info {};
  ASSERT_EQ(stat(file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(StoreTest, JournalShowsAnIntentWithoutOutcomeAsOpen) {
  auto store = open_sqlite_store(file());
  const auto run = store->begin_run("apply");
  store->commit(std::array{change(Change::Kind::intent, record("a", RecordStatus::creating))});
  ASSERT_EQ(store->journal(run).size(), 1u);
  EXPECT_EQ(store->journal(run)[0].finished_ms, 0);
  store->commit(std::array{change(Change::Kind::outcome, record("a"), "ok")});
  EXPECT_NE(store->journal(run)[0].finished_ms, 0);
  EXPECT_EQ(store->journal(run)[0].result, "ok");
}

TEST_F(StoreTest, RemovalTakesTheSecretsOfThatAddressOnly) {
  auto store = open_sqlite_store(file());
  store->begin_run("apply");
  store->commit(std::array{change(Change::Kind::outcome, record("a"), "ok")});
  store->put_sealed("c/t.item/a#1/key", "sealed");
  store->put_sealed("c/t.item/ab#1/key", "other");
  store->commit(std::array{change(Change::Kind::removal, record("a"), "ok")});
  EXPECT_TRUE(store->load().empty());
  EXPECT_FALSE(store->sealed("c/t.item/a#1/key"));
  EXPECT_EQ(store->sealed("c/t.item/ab#1/key"), "other");
}

TEST_F(StoreTest, ASecondWriterFencesTheFirst) {
  auto first = open_sqlite_store(file());
  auto second = open_sqlite_store(file());
  first->begin_run("apply");
  second->begin_run("apply");
  EXPECT_EQ(error_code([&] { first->commit(std::array{change(Change::Kind::refresh, record("a"))}); }), "state.fenced");
  second->commit(std::array{change(Change::Kind::refresh, record("a"))});
  EXPECT_EQ(second->load().size(), 1u);
}

TEST_F(StoreTest, ReaderSeesCommittedRowsBesideAWriter) {
  auto writer = open_sqlite_store(file());
  writer->begin_run("apply");
  auto reader = read_sqlite_store(file());
  writer->commit(std::array{change(Change::Kind::refresh, record("a"))});
  EXPECT_EQ(reader->load().size(), 1u);
  EXPECT_EQ(error_code([&] { reader->put_fact("a", "b"); }), "state.read-only");
}

TEST_F(StoreTest, NoFileGivesNoReader) { EXPECT_EQ(read_sqlite_store(file()), nullptr); }

TEST_F(StoreTest, WhatAKilledMakingLeftIsNoState) {
  std::ofstream(file().string() + ".new") << "half";
  std::ofstream(file().string() + ".new-wal") << "half";
  std::ofstream(file().string() + "-wal") << "of a file that is gone";
  EXPECT_EQ(read_sqlite_store(file()), nullptr);
  std::ofstream{file()};
  EXPECT_EQ(read_sqlite_store(file()), nullptr) << "an empty file";
  open_sqlite_store(file())->put_fact("a", "b");
  EXPECT_EQ(read_sqlite_store(file())->fact("a"), "b");
  EXPECT_FALSE(std::filesystem::exists(file().string() + ".new"));
}

TEST_F(StoreTest, AFrozenFileIsReadWithoutAnythingBesideIt) {
  { open_sqlite_store(file())->put_fact("a", "b"); }
  sqlite::Database frozen(file().string(), sqlite::Mode::frozen);
  EXPECT_TRUE(sqlite::Statement(frozen, "SELECT 1 FROM facts WHERE key = 'a'").step());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(x_dir), {}), 1);
}

TEST_F(StoreTest, SaysWhetherAnythingIsSealed) {
  const auto store = open_sqlite_store(file());
  EXPECT_FALSE(store->holds_sealed());
  store->put_sealed("a", "sealed");
  EXPECT_TRUE(store->holds_sealed());
}

TEST_F(StoreTest, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  std::ofstream(file()) << std::string(8192, 'x');
  EXPECT_EQ(error_code([&] { open_sqlite_store(file()); }), "state.corrupt");
  EXPECT_EQ(std::filesystem::file_size(file()), 8192u);
}

TEST_F(StoreTest, CommittedRowsSurviveKill) {
  const pid_t child = fork();
  if (child == 0) {
    auto store = open_sqlite_store(file());
    store->begin_run("apply");
    store->commit(std::array{change(Change::Kind::intent, record("a", RecordStatus::creating))});
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  const auto rows = open_sqlite_store(file())->load();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_TRUE(is_in_doubt(rows[0].status));
}

TEST_F(StoreTest, LockNamesItsHolderAndGoesWithIt) {
  {
    RunLock lock(x_dir / "home.lock", "dfx apply");
    try {
      RunLock second(x_dir / "home.lock", "dfx plan");
      FAIL() << "two holders";
    } catch (const Error& e) {
      EXPECT_EQ(e.diagnostics().list()[0].code, "state.locked");
      EXPECT_NE(e.diagnostics().list()[0].detail.find("dfx apply"), std::string::npos);
    }
  }
  EXPECT_NO_THROW(RunLock(x_dir / "home.lock", "dfx plan"));
}

}  // namespace
}  // namespace dfx
