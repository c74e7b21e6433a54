// Comparing with files that people read in reviews. DFX_TEST_ACCEPT=1 writes them anew and skips.
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace dfx::testing {

inline void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(DFX_GOLDEN_DIR) + "/" + name;
  if (std::getenv("DFX_TEST_ACCEPT") != nullptr) {
    std::ofstream(path) << text;
    GTEST_SKIP() << "wrote " << path << ": look at the difference";
  }
  std::ifstream in(path);
  ASSERT_TRUE(in) << path << " is missing; DFX_TEST_ACCEPT=1 writes it";
  std::ostringstream there;
  there << in.rdbuf();
  EXPECT_EQ(there.str(), text) << "differs from " << path << "; DFX_TEST_ACCEPT=1 writes it anew";
}

}  // namespace dfx::testing
