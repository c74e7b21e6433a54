#include "sandbox/faults.hpp"

#include <gtest/gtest.h>

#include "core/model/diagnostics.hpp"
#include "tests/unit/sandbox/temp_folder.hpp"

namespace dfx::sandbox::testing {
namespace {

class FaultRules : public ::testing::Test {
 public:
  FaultRules() : store(folder.path()) {}
  void save(const Json& rules) {
    Faults::check(rules);
    auto session = store.begin(Store::Access::write);
    Faults::save(session, rules);
    session.commit();
  }
  RequestFault meet(const std::string& method, const std::string& path) {
    auto session = store.begin(Store::Access::write);
    RequestFault fault = Faults::load(session).for_request("o", method, path, session);
    session.commit();
    return fault;
  }
  TempFolder folder;
  Store store;
};

TEST_F(FaultRules, CountTheirHits) {
  save({{"rules", {{{"method", "GET"}, {"path", "/1.0/*"}, {"skip", 1}, {"times", 2}, {"delay", 3}}}}});
  EXPECT_EQ(meet("GET", "/1.0/x").delay, 0);
  EXPECT_EQ(meet("POST", "/1.0/x").delay, 0);
  EXPECT_EQ(meet("GET", "/1.0/x").delay, 3);
  EXPECT_EQ(meet("GET", "/1.0/y/z").delay, 3);
  EXPECT_EQ(meet("GET", "/1.0/x").delay, 0);
}

TEST_F(FaultRules, StartCountingAnewWhenTheyAreReplaced) {
  const Json once = {{"rules", {{{"times", 1}, {"drop", "after"}}}}};
  save(once);
  EXPECT_EQ(meet("GET", "/").drop, Drop::after);
  EXPECT_EQ(meet("GET", "/").drop, Drop::none);
  save(once);
  EXPECT_EQ(meet("GET", "/").drop, Drop::after);
}

TEST_F(FaultRules, ThatMakeNoSenseAreRefused) {
  for (const char* text : {R"([])", R"({"zz": 1})", R"({"latency": {"zz": 1}})", R"({"latency": {"create": -1}})", R"({"rules": {}})",
                           R"({"rules": [{}]})", R"({"rules": [{"delay": 1, "drop": "after"}]})", R"({"rules": [{"drop": "zz"}]})",
                           R"({"rules": [{"error": {"status": 200, "message": ""}}]})", R"({"rules": [{"guest": {"zz": 1}}]})",
                           R"({"rules": [{"host": "up"}]})", R"({"rules": [{"delay": 1, "times": -1}]})",
                           R"({"rules": [{"delay": 1, "methods": "GET"}]})"}) {
    EXPECT_THROW(Faults::check(Json::parse(text)), Error) << text;
  }
}

TEST_F(FaultRules, SetLatencies) {
  save({{"latency", {{"create", 2.5}}}});
  auto session = store.begin(Store::Access::read);
  EXPECT_EQ(Faults::load(session).latency().create, 2.5);
  EXPECT_EQ(Faults::load(session).latency().start, Latency().start);
}

TEST_F(FaultRules, OfAHostConcernThatHostOnly) {
  save({{"rules", {{{"host", "down"}, {"origin", "a"}}}}});
  auto session = store.begin(Store::Access::read);
  EXPECT_TRUE(Faults::load(session).host_down("a"));
  EXPECT_FALSE(Faults::load(session).host_down("b"));
}

}  // namespace
}  // namespace dfx::sandbox::testing
