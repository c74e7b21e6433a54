#include "core/plugin/lock_file.hpp"

#include <gtest/gtest.h>

#include "core/model/diagnostics.hpp"
#include "tests/unit/core/plugin/temp_folder.hpp"

namespace dfx {
namespace {

constexpr const char* k_now = "2026-01-31T12:00:00Z";
constexpr const char* k_later = "2026-02-01T12:00:00Z";

template <typename Body>
std::string code_of(Body body) {
  try {
    body();
  } catch (const Error& e) {
    EXPECT_FALSE(e.diagnostics().list().front().help.empty());
    return e.diagnostics().list().front().code;
  }
  return "done";
}

class LockFileTest : public testing::Test {
 protected:
  static LockFile with_lxd() {
    LockFile lock;
    lock.set("lxd", "1.0.0", "aa", k_now);
    return lock;
  }
  TempFolder folder;
  std::filesystem::path file = folder.path / "dfx.lock";
};

}  // namespace

TEST_F(LockFileTest, NoFileIsAnEmptyLock) { EXPECT_TRUE(LockFile::read(file).empty()); }

TEST_F(LockFileTest, ComesBackAsItWasWritten) {
  LockFile lock = with_lxd();
  lock.set("k3s", "2.0.0", "bb", k_now);
  lock.write(file);
  const auto plugins = LockFile::read(file).plugins();
  ASSERT_EQ(plugins.size(), 2u);
  EXPECT_EQ(plugins[0].name, "k3s");
  EXPECT_EQ(plugins[1].version, "1.0.0");
  EXPECT_EQ(plugins[1].sha256, "aa");
  EXPECT_EQ(plugins[1].locked_at, k_now);
}

TEST_F(LockFileTest, WhatIsTheSameKeepsItsDate) {
  LockFile lock = with_lxd();
  lock.set("lxd", "1.0.0", "aa", k_later);
  EXPECT_EQ(lock.plugins()[0].locked_at, k_now);
  lock.set("lxd", "1.0.0", "cc", k_later);
  EXPECT_EQ(lock.plugins()[0].locked_at, k_later);
}

TEST_F(LockFileTest, OtherPlatformsStayUntilTheVersionChanges) {
  folder.write("dfx.lock", R"({"lock":1,"extra":true,"plugins":{"lxd":{"version":"1.0.0","sha256":{"plan9-mips":"dd"}}}})");
  LockFile lock = LockFile::read(file);
  EXPECT_TRUE(lock.has("lxd"));
  EXPECT_EQ(lock.plugins()[0].sha256, "");
  EXPECT_EQ(code_of([&] { lock.admit("lxd", "1.0.0", "aa"); }), "plugin.not-locked");
  lock.set("lxd", "1.0.0", "aa", k_now);
  lock.write(file);
  EXPECT_NE(read_file(file).find("plan9-mips"), std::string::npos);
  EXPECT_NE(read_file(file).find("extra"), std::string::npos) << "what else stands in it is kept";
  lock.set("lxd", "1.1.0", "ee", k_later);
  lock.write(file);
  EXPECT_EQ(read_file(file).find("plan9-mips"), std::string::npos);
}

TEST_F(LockFileTest, AdmitsExactlyWhatIsLocked) {
  const LockFile lock = with_lxd();
  EXPECT_EQ(code_of([&] { lock.admit("lxd", "1.0.0", "aa"); }), "done");
  EXPECT_EQ(code_of([&] { lock.admit("lxd", "1.0.0", "ab"); }), "plugin.digest-mismatch");
  EXPECT_EQ(code_of([&] { lock.admit("k3s", "1.0.0", "aa"); }), "plugin.not-locked");
  LockFile without = with_lxd();
  without.remove("lxd");
  EXPECT_EQ(code_of([&] { without.admit("lxd", "1.0.0", "aa"); }), "plugin.not-locked");
}

TEST_F(LockFileTest, WhatCannotBeReadIsNotTakenForEmpty) {
  for (const char* text : {"", "{", "[]", "{}", R"({"lock":1})", R"({"lock":"1","plugins":{}})", R"({"lock":1,"plugins":[]})",
                           R"({"lock":1,"plugins":{"a":{"version":1,"sha256":{}}}})", R"({"lock":1,"plugins":{"a":{"version":"1"}}})",
                           R"({"lock":1,"plugins":{"a":{"version":"1","sha256":{"linux-x86_64":7}}}})"}) {
    folder.write("dfx.lock", text);
    EXPECT_EQ(code_of([&] { LockFile::read(file); }), "lock.unreadable") << text;
  }
  folder.write("dfx.lock", R"({"lock":2,"plugins":{}})");
  EXPECT_EQ(code_of([&] { LockFile::read(file); }), "lock.newer-format");
}

TEST_F(LockFileTest, AFailedWriteLeavesTheOldOne) {
  with_lxd().write(file);
  const std::string before = read_file(file);
  LockFile other;
  std::filesystem::create_directory(folder.path / "dfx.lock.new");
  EXPECT_EQ(code_of([&] { other.write(file); }), "lock.not-written");
  EXPECT_EQ(code_of([&] { other.write(folder.path / "not there" / "dfx.lock"); }), "lock.not-written");
  EXPECT_EQ(read_file(file), before);
}

}  // namespace dfx
