// The daemon as a whole: what it can, how it says no.
#include <algorithm>

#include "tests/contract/lxd/fixture.hpp"

namespace dfx::contract {
namespace {

TEST_F(LxdContract, NamesTheExtensionsThatDfxGatesOn) {
  const Json root = lxd.get("/1.0").metadata();
  const std::vector<std::string> extensions = root.at("api_extensions");
  const auto has = [&](const char* name) {
    return std::find(extensions.begin(), extensions.end(), name) != extensions.end();
  };
  for (const char* there :
       {"etag", "patch", "container_exec_recording", "event_lifecycle", "projects", "virtual-machines",
        "api_filtering", "instance_get_full", "cloud_init", "certificate_token", "image_create_aliases",
        "custom_block_volumes", "cpu_hotplug"})
    EXPECT_TRUE(has(there)) << there;
  // What 5.0 does not have yet, and dfx must do by hand there.
  for (const char* later :
       {"instance_create_start", "explicit_trust_token", "instance_ready_state", "device_patch_removal"})
    EXPECT_FALSE(has(later)) << later;
}

TEST_F(LxdContract, SaysWhatItIs) {
  const Json root = lxd.get("/1.0").metadata();
  EXPECT_EQ(root.at("api_version"), "1.0");
  EXPECT_EQ(root.at("api_status"), "stable");
  const Json environment = root.at("environment");
  EXPECT_EQ(environment.at("server"), "lxd");
  EXPECT_EQ(environment.at("server_clustered"), false);
  EXPECT_EQ(environment.at("project"), "default");
  EXPECT_TRUE(environment.at("architectures").is_array());
  EXPECT_TRUE(environment.at("server_version").is_string());
  EXPECT_EQ(environment.at("storage_supported_drivers").at(0).at("Name"), "dir");
  EXPECT_EQ(lxd.get("/1.0/cluster").metadata().at("enabled"), false);
}

TEST_F(LxdContract, TellsItsCpusAndMemory) {
  const Json resources = lxd.get("/1.0/resources").metadata();
  EXPECT_GT(resources.at("cpu").at("total").get<int>(), 0);
  EXPECT_GT(resources.at("memory").at("total").get<std::int64_t>(), 1 << 20);
}

TEST_F(LxdContract, AnUnknownPathIsNotFound) {
  EXPECT_TRUE(refused(lxd.get("/1.0/nope"), 404, "not found"));
  EXPECT_TRUE(refused(lxd.get("/2.0"), 404, "not found"));
}

TEST_F(LxdContract, EveryObjectThatIsMissingHasItsOwnWords) {
  EXPECT_TRUE(refused(lxd.get("/1.0/instances/nope"), 404, "Instance not found"));
  EXPECT_TRUE(refused(lxd.get("/1.0/instances/nope/state"), 404, "Instance not found"));
  EXPECT_TRUE(refused(lxd.remove("/1.0/instances/nope"), 404, "Instance not found"));
  EXPECT_TRUE(
      refused(lxd.put("/1.0/instances/nope/state", {{"action", "start"}}), 404, "Instance not found"));
  EXPECT_TRUE(refused(lxd.get("/1.0/images/aliases/nope"), 404, "Image alias not found"));
  EXPECT_TRUE(refused(lxd.get("/1.0/images/0123456789abcdef"), 404, "Image not found"));
  EXPECT_TRUE(refused(lxd.get("/1.0/profiles/nope"), 404, "Fetch profile: Profile not found"));
  EXPECT_TRUE(refused(lxd.get("/1.0/networks/nope"), 404, "Network not found"));
  EXPECT_TRUE(refused(lxd.get("/1.0/storage-pools/nope"), 404, "Storage pool not found"));
  EXPECT_TRUE(refused(lxd.get("/1.0/storage-pools/default/volumes/custom/nope"), 404,
                      "Storage pool volume not found"));
  EXPECT_TRUE(
      refused(lxd.get("/1.0/operations/00000000-0000-0000-0000-000000000000"), 404, "Operation not found"));
  EXPECT_TRUE(refused(lxd.post("/1.0/instances?project=nope", container("x")), 404,
                      "Failed loading project: Project not found"));
  EXPECT_EQ(lxd.get("/1.0/instances?project=nope").metadata(), Json::array());
}

TEST_F(LxdContract, ABodyThatIsNoJsonIsABadRequest) {
  EXPECT_TRUE(refused(lxd.send("POST", "/1.0/instances", "{not json"), 400,
                      "invalid character 'n' looking for beginning of object key string"));
  EXPECT_TRUE(refused(lxd.send("POST", "/1.0/profiles", "{not json"), 400,
                      "invalid character 'n' looking for beginning of object key string"));
}

}  // namespace
}  // namespace dfx::contract
