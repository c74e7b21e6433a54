#include "tests/unit/sandbox/lxd/daemon.hpp"

namespace dfx::sandbox::testing {
namespace {

class Server : public Daemon {};

TEST_F(Server, UnknownPathsAreNotFoundAndKnownOnesMayLackAMethod) {
  EXPECT_EQ(call("GET", "/").metadata(), Json::array({"/1.0"}));
  EXPECT_EQ(call("GET", "/1.0/").status(), 404);
  EXPECT_EQ(call("GET", "/1.0/instances/a/nope").error(), "not found");
  EXPECT_EQ(call("PATCH", "/1.0/instances", Json::object()).status(), 501);
}

TEST_F(Server, ItSaysWhatItIs) {
  const Json shown = call("GET", "/1.0").metadata();
  EXPECT_EQ(shown["environment"]["server_version"], "5.0.2");
  EXPECT_EQ(shown["environment"]["server_clustered"], false);
  EXPECT_EQ(shown["environment"]["addresses"], Json::array({"192.168.0.10:8443"}));
  EXPECT_EQ(shown["config"]["core.trust_password"], true);
  EXPECT_EQ(shown["api_extensions"].size(), 318u);
}

TEST_F(Server, ConfigurationIsCheckedAndMerged) {
  EXPECT_EQ(call("PATCH", "/1.0", {{"config", {{"core.bogus", "1"}}}}).error(), "cannot set 'core.bogus' to '1': unknown key");
  EXPECT_EQ(call("PATCH", "/1.0", {{"config", {{"images.auto_update_interval", "x"}}}}).error(),
            "cannot set 'images.auto_update_interval' to 'x': invalid integer");
  EXPECT_EQ(call("PATCH", "/1.0", {{"config", {{"user.note", "hello"}}}}).status(), 200);
  EXPECT_EQ(call("GET", "/1.0").metadata()["config"]["user.note"], "hello");
  EXPECT_EQ(call("GET", "/1.0").metadata()["config"]["core.https_address"], "192.168.0.10:8443");
  EXPECT_EQ(call("PUT", "/1.0", {{"config", Json::object()}}).status(), 200);
  EXPECT_EQ(call("GET", "/1.0").metadata()["config"], Json::object());
}

TEST_F(Server, AChangeOfWhatSomebodyElseHasChangedIsRefused) {
  const std::string etag = call("GET", "/1.0").header("ETag");
  EXPECT_EQ(call("PATCH", "/1.0", {{"config", {{"user.a", "1"}}}}, {{"if-match", etag}}).status(), 200);
  EXPECT_EQ(call("PATCH", "/1.0", {{"config", {{"user.a", "2"}}}}, {{"if-match", etag}}).status(), 412);
}

TEST_F(Server, ItIsNoClusterAndHasOneProject) {
  EXPECT_EQ(call("GET", "/1.0/cluster").metadata()["enabled"], false);
  EXPECT_EQ(call("GET", "/1.0/cluster/members").error(), "Server is not clustered");
  EXPECT_EQ(call("GET", "/1.0/projects").metadata(), Json::array({"/1.0/projects/default"}));
  EXPECT_EQ(call("GET", "/1.0/projects/other").status(), 404);
  EXPECT_EQ(call("GET", "/1.0/profiles?project=other").error(), "Failed loading project \"other\": Project not found");
  EXPECT_EQ(call("GET", "/1.0/networks?project=other").error(), "Failed to load project \"other\": Project not found");
  EXPECT_EQ(call("GET", "/1.0/instances?project=other").metadata(), Json::array());
}

TEST_F(Server, ItHasResources) {
  const Json shown = call("GET", "/1.0/resources").metadata();
  EXPECT_GT(shown["cpu"]["total"], 0);
  EXPECT_GT(shown["memory"]["total"], shown["memory"]["used"]);
  EXPECT_EQ(call("GET", "/1.0/warnings").metadata(), Json::array());
}

TEST_F(Server, BodiesAreReadAsGoReadsThem) {
  EXPECT_EQ(call("POST", "/1.0/profiles", "").error(), "EOF");
  EXPECT_EQ(call("POST", "/1.0/profiles", "zz").error(), "invalid character 'z' looking for beginning of value");
  EXPECT_EQ(call("POST", "/1.0/instances", {{"name", "a"}, {"config", {{"limits.cpu", 2}}}}).error(),
            "json: cannot unmarshal number into Go struct field InstancesPost.config of type string");
}

}  // namespace
}  // namespace dfx::sandbox::testing
