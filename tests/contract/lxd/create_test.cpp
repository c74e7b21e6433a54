// Creating instances: what is accepted and fails, what is refused at once, and with which words.
#include "tests/contract/lxd/fixture.hpp"

namespace dfx::contract {
namespace {

const std::string k_record = "Failed creating instance record: ";
const std::string k_devices =
    k_record + "Failed initialising instance: Invalid devices: Device validation failed for \"eth0\": ";

Json with_config(const char* key, const char* value) { return container("contract-bad", {{key, value}}); }
Json with_nic(Json nic) {
  nic["type"] = "nic";
  return container("contract-bad", Json::object(), {{"eth0", nic}});
}

class Create : public LxdContract {
 protected:
  // Accepted, then failed; and nothing of it stays.
  void fails(const Json& body, const std::string& words) {
    EXPECT_TRUE(failed(create(body), words));
    EXPECT_TRUE(
        refused(lxd.get("/1.0/instances/" + body.at("name").get<std::string>()), 404, "Instance not found"));
  }
};

TEST_F(Create, IsAnOperationThatNamesTheInstance) {
  const Gone gone{"contract-new"};
  const Answer answer = lxd.post("/1.0/instances", container("contract-new"));
  ASSERT_EQ(answer.status, 202);
  EXPECT_EQ(answer.json.at("type"), "async");
  EXPECT_EQ(answer.json.at("status"), "Operation created");
  EXPECT_EQ(answer.json.at("status_code"), 100);
  EXPECT_EQ(answer.header("location"), answer.json.at("operation"));
  const Json operation = answer.metadata();
  EXPECT_EQ(operation.at("class"), "task");
  EXPECT_EQ(operation.at("description"), "Creating instance");
  EXPECT_EQ(operation.at("status"), "Running");
  EXPECT_EQ(operation.at("status_code"), 103);
  EXPECT_EQ(operation.at("resources").at("instances"), Json({"/1.0/instances/contract-new"}));
  EXPECT_EQ(operation.at("may_cancel"), false);
  EXPECT_EQ(operation.at("err"), "");
  const std::string url = answer.json.at("operation");
  const Answer too_short = lxd.get(url + "/wait?timeout=0");
  EXPECT_TRUE(accepted(too_short));
  EXPECT_EQ(too_short.metadata().at("status_code"), 103);
  const Answer end = lxd.get(url + "/wait?timeout=-1");
  EXPECT_TRUE(accepted(end));
  EXPECT_TRUE(succeeded(end.metadata()));
  EXPECT_EQ(end.metadata().at("id"), operation.at("id"));
  EXPECT_EQ(lxd.get(url).metadata().at("status"), "Success");  // it can still be asked for
}

TEST_F(Create, MakesWhatTheRequestSays) {
  const Gone gone{"contract-new"};
  const Json config = {{"user.dfx.id", "42"}, {"limits.cpu", "1"}};
  ASSERT_TRUE(succeeded(create(empty_container("contract-new", config))));
  const Json made = lxd.get("/1.0/instances/contract-new").metadata();
  EXPECT_EQ(made.at("status"), "Stopped");
  EXPECT_EQ(made.at("status_code"), 102);
  EXPECT_EQ(made.at("type"), "container");
  EXPECT_EQ(made.at("config").at("user.dfx.id"), "42");
  EXPECT_EQ(made.at("profiles"), Json({"default"}));
  EXPECT_EQ(made.at("devices"), container("contract-new").at("devices"));
  EXPECT_TRUE(made.at("config").at("volatile.eth0.hwaddr").is_string());
  EXPECT_EQ(made.at("config").at("limits.cpu"), "1");
  const Answer twice = lxd.post("/1.0/instances", empty_container("contract-new"));
  EXPECT_TRUE(
      failed(lxd.finish(twice),
             k_record + "Add instance info to the database: This \"instances\" entry already exists"));
}

TEST_F(Create, RefusesAtOnceWhatItCanSeeInTheRequest) {
  Json body = container("contract-bad");
  body["name"] = "bad_name!";
  const char* const bad_name =
      "Invalid instance name: Name can only contain alphanumeric and hyphen characters";
  EXPECT_TRUE(refused(lxd.post("/1.0/instances", body), 400, bad_name));
  body = container("contract-bad");
  body["type"] = "weird";
  EXPECT_TRUE(refused(lxd.post("/1.0/instances", body), 400, "Invalid instance type"));
  body = container("contract-bad");
  body["profiles"] = {"nope"};
  EXPECT_TRUE(refused(lxd.post("/1.0/instances", body), 500, "Requested profile \"nope\" doesn't exist"));
  body = container("contract-bad");
  body["source"] = Json::object();
  EXPECT_TRUE(refused(lxd.post("/1.0/instances", body), 400, "Unknown source type "));
}

TEST_F(Create, SaysWhichImageIsMissing) {
  Json body = container("contract-bad");
  body["source"]["alias"] = "nope/12";
  EXPECT_TRUE(refused(lxd.post("/1.0/instances", body), 404, "Image alias not found"));
  body["source"] = {{"type", "image"}, {"fingerprint", "abcdef012345"}};
  fails(body, "Image not provided for instance creation");
}

TEST_F(Create, FailsOnTheWrongKindOfImage) {
  Json body = container("contract-bad");
  body["type"] = "virtual-machine";
  fails(body, "Requested image's type \"container\" doesn't match instance type \"virtual-machine\"");
}

TEST_F(Create, FailsOnConfigurationThatMakesNoSense) {
  fails(with_config("limits.nonsense", "1"), k_record + "Unknown configuration key: limits.nonsense");
  fails(with_config("limits.memory", "lots"), k_record + "Invalid value: lots");
  fails(with_config("limits.cpu", "-3"), k_record + "Invalid CPU limit syntax");
  fails(with_config("security.nesting", "maybe"), k_record + "Invalid value for a boolean \"maybe\"");
}

TEST_F(Create, FailsOnDevicesThatMakeNoSense) {
  const std::string loading = "Failed loading device \"eth0\": ";
  fails(with_nic({{"nictype", "weird"}, {"parent", "lan0"}}),
        k_devices + loading + "Unsupported device type");
  fails(with_nic({{"network", "nonet"}}),
        k_devices + loading + "Failed to load network \"nonet\" for project \"default\": Network not found");
  fails(with_nic({{"nictype", "bridged"}, {"parent", "lan0"}, {"ipv4.address", "192.168.0.50"}}),
        k_devices + "Cannot use manually specified ipv4.address when using unmanaged parent bridge");
  fails(container("contract-bad", Json::object(), {{"x", {{"type", "weird"}}}}),
        k_record + "Invalid device type weird");
}

TEST_F(Create, FailsWithoutARootDiskOrItsPool) {
  Json body = container("contract-bad");
  body["devices"]["root"]["pool"] = "nope";
  fails(body, k_record + "Failed initialising instance: Failed loading storage pool: Storage pool not found");
  body = container("contract-bad");
  body["devices"] = Json::object();
  body["profiles"] = Json::array();
  fails(body,
        k_record + "Failed initialising instance: Failed getting root disk: No root device could be found");
}

TEST_F(Create, TakesAParentThatIsMissingAndFailsAtTheStart) {
  const Gone gone{"contract-new"};
  const Json nic = {{"type", "nic"}, {"nictype", "bridged"}, {"parent", "nobr"}};
  ASSERT_TRUE(succeeded(create(empty_container("contract-new", Json::object(), {{"eth0", nic}}))));
  EXPECT_TRUE(failed(lxd.finish(act("/1.0/instances/contract-new", "start")),
                     "Failed to start device \"eth0\": Parent device \"nobr\" doesn't exist"));
  EXPECT_EQ(lxd.get("/1.0/instances/contract-new").metadata().at("status"), "Stopped");
}

}  // namespace
}  // namespace dfx::contract
