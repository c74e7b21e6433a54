#include "cli/wiring/secrets.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/state/sqlite_store.hpp"

namespace dfx {
namespace {

class Secrets : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/dfx-secrets-XXXXXX";
    folder = mkdtemp(name.data());
    stack.secrets = {{"there", "env", "DFX_TEST_SECRET", {}}, {"gone", "env", "DFX_TEST_NO_SECRET", {}}, {"told", "command", {"touch", "ran"}, {}}};
    setenv("DFX_TEST_SECRET", "hunter2", 1);
    unsetenv("DFX_TEST_NO_SECRET");
    store = open_sqlite_store(folder / "s.db");
    Change row;
    row.record.address = "c/t.item/a";
    row.record.desired = R"({"a":{"$dfx":{"secret":"stack/gone","version":"old1"}},"b":[{"$dfx":{"secret":"stack/told","version":"old2"}}],)"
                         R"("c":{"$dfx":{"secret":"stack/there","version":"old3"}}})";
    store->begin_run("apply");
    store->commit({&row, 1});
  }
  void TearDown() override {
    store.reset();
    std::filesystem::remove_all(folder);
  }

  std::filesystem::path folder;
  Stack stack;
  std::unique_ptr<Store> store;
};

TEST_F(Secrets, AreRecordedOnesAtAGlanceWhereTheyCannotBeHad) {
  StackSecrets secrets(stack, folder, store.get(), false);
  secrets.run_no_commands();
  EXPECT_EQ(secrets.version_or_recorded("stack/gone"), "old1");
  EXPECT_EQ(secrets.version_or_recorded("stack/told"), "old2");
  EXPECT_FALSE(std::filesystem::exists(folder / "ran")) << "a command was run for it";
  EXPECT_EQ(secrets.version_or_recorded("stack/there"), secrets.version("stack/there"));
  EXPECT_THROW(secrets.version("stack/gone"), Error);
}

TEST_F(Secrets, WhoOnlyLooksMakesNoIdentity) {
  StackSecrets(stack, folder, store.get(), false).version("stack/there");
  EXPECT_FALSE(std::filesystem::exists(folder / ".dfx"));
}

TEST_F(Secrets, NobodyMakesASecondIdentityWhileSomethingIsSealedForTheFirst) {
  store->put_sealed("x", "sealed");
  for (const bool writes : {false, true}) {
    try {
      StackSecrets(stack, folder, store.get(), writes);
      ADD_FAILURE() << "nothing thrown";
    } catch (const Error& e) {
      EXPECT_EQ(e.diagnostics().list().front().code, "identity.lost");
    }
  }
}

}  // namespace
}  // namespace dfx
