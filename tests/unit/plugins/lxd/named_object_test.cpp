// Profiles, networks and volumes.
#include "tests/unit/plugins/lxd/fixture.hpp"

namespace dfx::lxd {
namespace {

struct Sort {
  const char* kind;
  Json desired;
  const char* collection;
  const char* path;
};

std::vector<Sort> sorts() {
  return {{"lxd.profile",
           {{"name", "web"},
            {"config", {{"limits.cpu", "2"}}},
            {"devices", {{"eth0", {{"type", "nic"}, {"network", "inner"}}}}}},
           "/1.0/profiles",
           "/1.0/profiles/web"},
          {"lxd.network",
           {{"name", "inner"}, {"config", {{"ipv4.address", "auto"}}}},
           "/1.0/networks",
           "/1.0/networks/inner"},
          {"lxd.volume",
           {{"name", "data"}, {"pool", "fast"}, {"content", "filesystem"}, {"config", {{"size", "1GiB"}}}},
           "/1.0/storage-pools/fast/volumes/custom",
           "/1.0/storage-pools/fast/volumes/custom/data"}};
}

class NamedObject : public LxdTest, public ::testing::WithParamInterface<std::size_t> {
 protected:
  NamedObject() : sort(sorts()[GetParam()]), address(std::string("lxd/") + sort.kind + "/x") {
    host.on("GET", sort.path,
            [this](const Request&) { return there.is_null() ? error(404, "Not Found") : sync(there, "e1"); });
    host.on("POST", sort.collection, [this](const Request& r) {
      there = r.body;
      return sync(Json::object());
    });
    host.on("PUT", sort.path, [this](const Request& r) {
      there.update(r.body);
      return async("put");  // newer daemons do this in the background
    });
    host.on("DELETE", sort.path, [this](const Request&) {
      there = nullptr;
      return sync(Json::object());
    });
  }
  Json read() {
    return plugin.read(batch(sort.kind, Json::array({item(address, sort.desired)}))).at(address);
  }
  Outcome apply(const std::string& action, const Json& desired, const Json& prior = nullptr) {
    return plugin.apply(change(sort.kind, action, address, desired, prior));
  }

  Sort sort;
  std::string address;
  Json there;
};

TEST_P(NamedObject, IsMadeReadChangedAndRemoved) {
  EXPECT_EQ(read()["result"], "absent");
  ASSERT_EQ(apply("create", sort.desired).status, DFX_OK);
  EXPECT_EQ(there["config"]["user.dfx.address"], address);
  Json seen = read();
  EXPECT_EQ(seen["owner"], "mine");
  EXPECT_EQ(seen["observed"], sort.desired);

  there["config"]["user.note"] = "mine";
  Json wanted = sort.desired;
  wanted["config"] = {{"user.x", "y"}};
  ASSERT_EQ(apply("update", wanted, sort.desired).status, DFX_OK);
  EXPECT_EQ(host.last("PUT", sort.path).headers["If-Match"], "e1");
  EXPECT_EQ(there["config"]["user.x"], "y");
  EXPECT_EQ(there["config"]["user.note"], "mine");
  EXPECT_FALSE(there["config"].contains(sort.desired["config"].begin().key()));

  ASSERT_EQ(apply("delete", wanted).status, DFX_OK);
  EXPECT_TRUE(there.is_null());
  EXPECT_EQ(apply("delete", wanted).status, DFX_OK) << "again";
}

TEST_P(NamedObject, ShowsDriftLeafByLeaf) {
  apply("create", sort.desired);
  const std::string key = sort.desired["config"].begin().key();
  there["config"].erase(key);
  const Json seen = read();
  EXPECT_EQ(seen["observed"]["config"][key], nullptr);
}

TEST_P(NamedObject, OfSomebodyElseIsLeftAlone) {
  there = {{"name", "x"}, {"config", {{"user.dfx.stack", "id2"}, {"user.dfx.environment", "home"}}}};
  EXPECT_EQ(read()["owner"], "other");
  EXPECT_EQ(apply("create", sort.desired).status, DFX_CONFLICT);
  EXPECT_EQ(apply("delete", sort.desired).status, DFX_CONFLICT);
}

TEST_P(NamedObject, WhoseAnswerWasLostIsNotMadeTwice) {
  host.on("POST", sort.collection, [this](const Request& r) {
    there = r.body;
    return error(409, "it already exists");
  });
  EXPECT_EQ(apply("create", sort.desired).status, DFX_OK);
}

INSTANTIATE_TEST_SUITE_P(Lxd, NamedObject, ::testing::Values(0, 1, 2));

}  // namespace
}  // namespace dfx::lxd
