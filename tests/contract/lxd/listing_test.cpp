// Asking for many at once: recursion and filter.
#include "tests/contract/lxd/fixture.hpp"

namespace dfx::contract {
namespace {

const Json* find(const Json& list, const std::string& name) {
  for (const Json& entry : list)
    if (entry.at("name") == name) return &entry;
  return nullptr;
}

TEST_F(LxdContract, WithoutRecursionItIsUrls) {
  const std::string url = "/1.0/instances/" + machine();
  const Json now = lxd.get("/1.0/instances").metadata();
  EXPECT_NE(std::find(now.begin(), now.end(), Json(url)), now.end()) << now.dump();
}

TEST_F(LxdContract, RecursionOneIsWhatEachWouldShow) {
  const Json shown = lxd.get("/1.0/instances/" + machine()).metadata();
  const Json list = lxd.get("/1.0/instances?recursion=1").metadata();
  const Json* entry = find(list, machine());
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(*entry, shown);
}

TEST_F(LxdContract, RecursionTwoAddsTheState) {
  const Json list = lxd.get("/1.0/instances?recursion=2").metadata();
  const Json* entry = find(list, machine());
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->at("state").at("status"), "Running");
  EXPECT_TRUE(entry->at("state").at("network").contains("eth0"));
  EXPECT_EQ(entry->at("snapshots"), nullptr);
  EXPECT_EQ(entry->at("backups"), nullptr);
}

TEST_F(LxdContract, FiltersSelectByNameStatusAndUserKeys) {
  const auto names = [&](const std::string& filter) {
    const Answer answer = lxd.get("/1.0/instances?recursion=1&filter=" + filter);
    EXPECT_TRUE(accepted(answer)) << filter;
    std::vector<std::string> out;
    for (const Json& entry : answer.metadata()) out.push_back(entry.at("name"));
    return out;
  };
  const std::vector<std::string> only = {machine()};
  EXPECT_EQ(names("name+eq+contract-machine"), only);
  EXPECT_EQ(names("config.user.dfx.stack+eq+contract"), only);
  EXPECT_EQ(names("config.user.dfx.stack+eq+contract+and+status+eq+Running"), only);
  EXPECT_TRUE(names("config.user.dfx.stack+eq+other").empty());
  EXPECT_TRUE(names("name+eq+contract-machine+and+status+eq+Stopped").empty());
}

TEST_F(LxdContract, TheTypeSelectsToo) {
  const Json machines = lxd.get("/1.0/instances?recursion=1&instance-type=virtual-machine").metadata();
  EXPECT_EQ(find(machines, machine()), nullptr);
  const Json containers = lxd.get("/1.0/instances?recursion=1&instance-type=container").metadata();
  EXPECT_NE(find(containers, machine()), nullptr);
}

}  // namespace
}  // namespace dfx::contract
