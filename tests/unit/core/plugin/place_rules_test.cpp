#include "core/plugin/place_rules.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/core/plugin/temp_folder.hpp"

namespace dfx {
namespace {

namespace fs = std::filesystem;

class PlaceRules : public testing::Test {
 protected:
  static void open_to_all(const fs::path& path) { fs::permissions(path, fs::perms::others_write, fs::perm_options::add); }

  TempFolder folder;
  fs::path file = folder.write("above/plugins/a.so", "x");
};

}  // namespace

TEST_F(PlaceRules, AFileOfOnesOwnIsSafe) { EXPECT_EQ(unsafe_place(file), ""); }

TEST_F(PlaceRules, NobodyElseMayWriteTheFileOrItsFolder) {
  open_to_all(file);
  EXPECT_EQ(unsafe_place(file), fs::canonical(file).string() + " can be written by everybody");
  fs::permissions(file, fs::perms::owner_all);
  open_to_all(file.parent_path());
  EXPECT_EQ(unsafe_place(file), fs::canonical(file.parent_path()).string() + " can be written by everybody");
}

TEST_F(PlaceRules, NobodyElseMayExchangeAFolderAbove) {
  const fs::path above = file.parent_path().parent_path();
  open_to_all(above);
  EXPECT_EQ(unsafe_place(file), fs::canonical(above).string() + " can be written by everybody");
  fs::permissions(above, fs::perms::sticky_bit, fs::perm_options::add);
  EXPECT_EQ(unsafe_place(file), "") << "the sticky bit keeps others from exchanging what is not theirs";
}

TEST_F(PlaceRules, ALinkIsJudgedByWhereItLeads) {
  open_to_all(file.parent_path());
  fs::create_symlink(file, folder.path / "link.so");
  EXPECT_NE(unsafe_place(folder.path / "link.so"), "");
}

TEST_F(PlaceRules, AForeignOwnerIsNotTrusted) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_EQ(chown(file.c_str(), 12345, 12345), 0);
  EXPECT_EQ(unsafe_place(file), fs::canonical(file).string() + " belongs to another user");
}

TEST_F(PlaceRules, WhatIsNotThereIsNotSafe) {
  EXPECT_NE(unsafe_place(folder.path / "nowhere.so").find("cannot be looked at"), std::string::npos);
}

}  // namespace dfx
