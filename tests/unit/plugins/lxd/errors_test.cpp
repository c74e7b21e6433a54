#include "plugins/lxd/errors.hpp"

#include <gtest/gtest.h>

namespace dfx::lxd {
namespace {

struct Case {
  int status;
  const char* words;
  int outcome;
  const char* code;
};

class Errors : public ::testing::TestWithParam<Case> {};

TEST_P(Errors, GetTheClassThatTheEngineNeeds) {
  const auto& [status, words, outcome, code] = GetParam();
  const sdk::Failure f = refusal("kkh", status, words, "making instance cp-a");
  EXPECT_EQ(f.status(), outcome) << words;
  EXPECT_EQ(f.code(), code) << words;
  EXPECT_NE(f.detail().find("host kkh, making instance cp-a: "), std::string::npos);
  EXPECT_NE(f.detail().find(words), std::string::npos) << "the daemon's own words must be there";
}

INSTANTIATE_TEST_SUITE_P(
    Lxd, Errors,
    ::testing::Values(
        Case{400, "Unpack failed: tar: rootfs/usr/lib: Cannot write: No space left on device", DFX_INVALID,
             "lxd.disk-full"},
        Case{400, "Failed getting remote image info: The requested image couldn't be found", DFX_INVALID,
             "lxd.no-such-image"},
        Case{500, "Instance is busy running a \"create\" operation", DFX_TRANSIENT, "lxd.busy"},
        Case{400, "Add instance info to the database: This \"instances\" entry already exists", DFX_CONFLICT,
             "lxd.exists"},
        Case{409, "Instance \"cp-a\" already exists", DFX_CONFLICT, "lxd.exists"},
        Case{412, "ETag doesn't match: a vs b", DFX_TRANSIENT, "lxd.changed-meanwhile"},
        Case{503, "LXD daemon is starting up", DFX_TRANSIENT, "lxd.not-now"},
        Case{500, "Failed to begin transaction: database is locked", DFX_TRANSIENT, "lxd.not-now"},
        Case{403, "not authorized", DFX_AUTH, "lxd.not-trusted"},
        Case{404, "Profile not found", DFX_ABSENT, "lxd.absent"},
        Case{400, "Failed to start device \"eth0\": Parent device \"br9\" doesn't exist", DFX_INVALID,
             "lxd.no-such-network"},
        Case{500, "Failed creating instance record: Failed getting root disk: No root device could be found",
             DFX_INVALID, "lxd.no-root-disk"},
        Case{400, "The storage volume is still in use", DFX_CONFLICT, "lxd.in-use"},
        Case{400, "Invalid config: Unknown configuration key: limits.cpus", DFX_INVALID, "lxd.refused"}));

TEST(ErrorWords, OfTarAreCut) {
  std::string words = "Unpack failed: ";
  for (int i = 0; i < 500; ++i) words += "tar: rootfs/usr/file: Cannot write: No space left on device\n";
  const sdk::Failure f = refusal("kkh", 400, words, "making instance cp-a");
  EXPECT_EQ(f.code(), "lxd.disk-full");
  EXPECT_LT(f.detail().size(), 600u);
  EXPECT_NE(f.detail().find("No space left on device"), std::string::npos);
}

TEST(ErrorWords, WithoutAnyNameTheStatus) {
  EXPECT_NE(refusal("kkh", 500, "", "x").detail().find("HTTP status 500"), std::string::npos);
}

}  // namespace
}  // namespace dfx::lxd
