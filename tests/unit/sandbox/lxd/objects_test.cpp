// Profiles, networks, pools, volumes, images.
#include "tests/unit/sandbox/lxd/daemon.hpp"

namespace dfx::sandbox::testing {
namespace {

class Objects : public Daemon {};

TEST_F(Objects, ProfilesAreMadeChangedAndDeleted) {
  EXPECT_EQ(call("POST", "/1.0/profiles", {{"name", "p"}, {"config", {{"limits.cpu", "1"}}}}).status(), 201);
  EXPECT_EQ(call("POST", "/1.0/profiles", {{"name", "p"}}).error(),
            "Error inserting \"p\" into database: The profile already exists");
  EXPECT_EQ(call("PUT", "/1.0/profiles/p", {{"config", {{"bogus", "1"}}}}).error(), "Unknown configuration key: bogus");
  EXPECT_EQ(call("PATCH", "/1.0/profiles/p", {{"config", {{"limits.memory", "1GiB"}}}}).status(), 200);
  EXPECT_EQ(call("GET", "/1.0/profiles/p").metadata()["config"], (Json{{"limits.cpu", "1"}, {"limits.memory", "1GiB"}}));
  EXPECT_EQ(call("DELETE", "/1.0/profiles/default").status(), 403);
  EXPECT_EQ(call("DELETE", "/1.0/profiles/p").status(), 200);
  EXPECT_EQ(call("GET", "/1.0/profiles/p").status(), 404);
}

TEST_F(Objects, ProfilesInUseStay) {
  call("POST", "/1.0/profiles", {{"name", "p"}});
  create({{"name", "c1"}, {"source", {{"type", "none"}}}, {"profiles", {"default", "p"}}});
  EXPECT_EQ(call("DELETE", "/1.0/profiles/p").error(), "Profile is currently in use");
  EXPECT_EQ(call("GET", "/1.0/profiles/p").metadata()["used_by"], Json::array({"/1.0/instances/c1"}));
}

TEST_F(Objects, NetworksRefuseUnknownOptions) {
  EXPECT_EQ(call("POST", "/1.0/networks", {{"name", "n1"}, {"config", {{"zz", "1"}}}}).error(),
            "Invalid option for network \"n1\" option \"zz\"");
  EXPECT_EQ(call("POST", "/1.0/networks", {{"name", "n1"}, {"config", {{"ipv4.address", "10.9.0.1/24"}}}}).status(), 201);
  EXPECT_EQ(call("POST", "/1.0/networks", {{"name", "n1"}}).error(), "The network already exists");
  EXPECT_EQ(call("GET", "/1.0/networks/n1").metadata()["managed"], true);
  EXPECT_EQ(call("GET", "/1.0/networks/br0").metadata()["managed"], false);
  EXPECT_EQ(call("DELETE", "/1.0/networks/lxdbr0").error(), "The network is currently in use");
  EXPECT_EQ(call("DELETE", "/1.0/networks/n1").status(), 200);
}

TEST_F(Objects, VolumesLiveInTheirPoolAndStayWhileTheyAreUsed) {
  const std::string volumes = "/1.0/storage-pools/default/volumes/custom";
  EXPECT_EQ(call("POST", volumes, {{"name", "data"}, {"config", {{"size", "x"}}}}).status(), 500);
  EXPECT_EQ(call("POST", volumes, {{"name", "data"}, {"config", {{"size", "1GiB"}}}}).status(), 200);
  EXPECT_EQ(call("POST", volumes, {{"name", "data"}}).status(), 409);
  Json user = {{"name", "c1"}, {"source", {{"type", "none"}}}};
  user["devices"]["data"] = {{"type", "disk"}, {"pool", "default"}, {"source", "data"}, {"path", "/srv"}};
  create(user);
  EXPECT_EQ(call("DELETE", volumes + "/data").error(), "The storage volume is still in use");
  EXPECT_EQ(failure(call("DELETE", "/1.0/instances/c1")), "");
  EXPECT_EQ(call("DELETE", volumes + "/data").status(), 200);
  EXPECT_EQ(call("GET", "/1.0/storage-pools/nope").error(), "Storage pool not found");
}

TEST_F(Objects, APatchClearsADescriptionThatItDoesNotSendAndAnEmptyValueIsNoValue) {
  const std::string volume = "/1.0/storage-pools/default/volumes/custom/data";
  call("POST", "/1.0/storage-pools/default/volumes/custom",
       {{"name", "data"}, {"description", "d"}, {"config", {{"user.a", "1"}}}});
  EXPECT_EQ(call("PATCH", volume, {{"config", {{"user.a", ""}}}}).status(), 200);
  EXPECT_EQ(call("GET", volume).metadata()["config"], Json::object());
  EXPECT_EQ(call("GET", volume).metadata()["description"], "");
}

TEST_F(Objects, AVolumeRemembersTheMachineThatUsedIt) {
  give_image();
  const std::string volume = "/1.0/storage-pools/default/volumes/custom/data";
  call("POST", "/1.0/storage-pools/default/volumes/custom", {{"name", "data"}});
  Json user = container("c1");
  user["devices"]["data"] = {{"type", "disk"}, {"pool", "default"}, {"source", "data"}, {"path", "/srv"}};
  create(user);
  EXPECT_EQ(call("GET", volume).metadata()["config"], Json::object());
  change_state("c1", {{"action", "start"}});
  EXPECT_TRUE(call("GET", volume).metadata()["config"].contains("volatile.idmap.last"));
}

TEST_F(Objects, AFullDiskShowsInThePoolAndRefusesVolumes) {
  set_faults({{"rules", {{{"disk", "full"}}}}});
  const Json space = call("GET", "/1.0/storage-pools/default/resources").metadata()["space"];
  EXPECT_EQ(space["used"], space["total"]);
  EXPECT_NE(call("POST", "/1.0/storage-pools/default/volumes/custom", {{"name", "v"}}).error().find("no space left"),
            std::string::npos);
}

TEST_F(Objects, ImagesComeFromTheWorldsServersUnderTheirNames) {
  give_image("debian/12/cloud");
  const Answer alias = call("GET", "/1.0/images/aliases/debian/12/cloud");
  ASSERT_EQ(alias.status(), 200);
  const std::string fingerprint = alias.metadata()["target"];
  EXPECT_EQ(call("GET", "/1.0/images/" + fingerprint.substr(0, 10)).metadata()["fingerprint"], fingerprint);
  EXPECT_EQ(call("GET", "/1.0/images?recursion=1").metadata()[0]["aliases"][0]["name"], "debian/12/cloud");
  EXPECT_EQ(failure(call("DELETE", "/1.0/images/" + fingerprint)), "");
  EXPECT_EQ(call("GET", "/1.0/images/aliases/debian/12/cloud").status(), 404);
}

TEST_F(Objects, ImagesFromServersThatDoNotExistFail) {
  Json body = {{"source", {{"type", "image"}, {"protocol", "simplestreams"}, {"server", "https://example.org"}, {"alias", "x"}}}};
  EXPECT_NE(failure(call("POST", "/1.0/images", body)).find("no such host"), std::string::npos);
}

}  // namespace
}  // namespace dfx::sandbox::testing
