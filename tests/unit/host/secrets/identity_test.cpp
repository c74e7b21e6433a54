#include "host/secrets/identity.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "core/model/diagnostics.hpp"
#include "tests/unit/host/shell.hpp"

namespace dfx::host {
namespace {

std::string code_of(const std::filesystem::path& file) {
  try {
    open_identity(file);
  } catch (const Error& e) {
    return e.diagnostics().list().front().code;
  }
  return "nothing thrown";
}

}  // namespace

TEST(Identity, IsMadeOnceReadableByItsOwnerAlone) {
  const test::TempFolder folder;
  const auto file = folder / "keys/identity";
  const std::string recipient = open_identity(file).recipient();
  EXPECT_EQ(open_identity(file).recipient(), recipient);
  struct stat info{};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(file.parent_path()), {}), 1) << "a part file was left";
}

TEST(Identity, ManyAtOnceEndWithTheSameKey) {
  const test::TempFolder folder;
  std::vector<std::string> seen(8);
  {
    std::vector<std::jthread> threads;
    for (std::string& s : seen)
      threads.emplace_back([&] { s = open_identity(folder / "identity").recipient(); });
  }
  for (const std::string& s : seen) EXPECT_EQ(s, seen.front());
}

TEST(Identity, RefusesAFileThatOthersCanRead) {
  const test::TempFolder folder;
  EXPECT_EQ(code_of(folder.write("identity", AgeIdentity::generate().text(), false)), "identity.unsafe");
}

TEST(Identity, RefusesAFileWithoutAKeyAndLeavesItAlone) {
  const test::TempFolder folder;
  const auto file = folder.write("identity", "# nothing\n");
  EXPECT_EQ(code_of(file), "identity.bad-file");
  EXPECT_EQ(test::TempFolder::read(file), "# nothing\n");
}

TEST(Identity, IsReadByTheAgeTool) {
  if (!test::has_tool("age-keygen")) GTEST_SKIP() << "the tool `age` is not installed";
  const test::TempFolder folder;
  const AgeIdentity me = open_identity(folder / "identity");
  EXPECT_EQ(test::run({"age-keygen", "-y", folder / "identity"}), me.recipient() + "\n");
}

}  // namespace dfx::host
