// Local images and their aliases.
#include "tests/contract/lxd/fixture.hpp"

namespace dfx::contract {
namespace {

TEST_F(LxdContract, AnAliasLeadsToAnImageThatNamesIt) {
  const Answer alias = lxd.get("/1.0/images/aliases/debian%2F12%2Fcloud");
  ASSERT_TRUE(accepted(alias));
  EXPECT_EQ(alias.metadata().at("name"), k_image);
  EXPECT_EQ(alias.metadata().at("type"), "container");
  const std::string fingerprint = alias.metadata().at("target");
  ASSERT_EQ(fingerprint.size(), 64u);
  const Json image = lxd.get("/1.0/images/" + fingerprint).metadata();
  EXPECT_EQ(image.at("fingerprint"), fingerprint);
  EXPECT_EQ(image.at("type"), "container");
  EXPECT_EQ(image.at("architecture"), "x86_64");
  EXPECT_GT(image.at("size").get<std::int64_t>(), 0);
  EXPECT_EQ(image.at("aliases").at(0).at("name"), k_image);
  // The beginning of a fingerprint is enough.
  EXPECT_EQ(lxd.get("/1.0/images/" + fingerprint.substr(0, 12)).metadata().at("fingerprint"), fingerprint);
}

TEST_F(LxdContract, AnInstanceNamesTheImageThatItWasMadeOf) {
  const Json config = lxd.get("/1.0/instances/" + spare()).metadata().at("config");
  EXPECT_EQ(config.at("volatile.base_image"),
            lxd.get("/1.0/images/aliases/debian%2F12%2Fcloud").metadata().at("target"));
}

TEST_F(LxdContract, AliasesComeAndGo) {
  const std::string target = lxd.get("/1.0/images/aliases/debian%2F12%2Fcloud").metadata().at("target");
  const Answer made = lxd.post("/1.0/images/aliases", {{"name", "contract/alias"}, {"target", target}});
  ASSERT_TRUE(accepted(made, 201));
  EXPECT_EQ(lxd.get("/1.0/images/aliases/contract%2Falias").metadata().at("target"), target);
  EXPECT_EQ(lxd.post("/1.0/images/aliases", {{"name", "contract/alias"}, {"target", target}}).status, 409);
  ASSERT_TRUE(accepted(lxd.remove("/1.0/images/aliases/contract%2Falias")));
  EXPECT_TRUE(refused(lxd.get("/1.0/images/aliases/contract%2Falias"), 404, "Image alias not found"));
  EXPECT_TRUE(refused(lxd.remove("/1.0/images/aliases/contract%2Falias"), 404, "Image alias not found"));
  EXPECT_TRUE(refused(lxd.post("/1.0/images/aliases", {{"name", "x"}, {"target", "0123456789ab"}}), 404,
                      "Image not found"));
}

TEST_F(LxdContract, AnImageOfAServerThatCannotBeReachedFailsTheOperation) {
  const Json source = {{"type", "image"},
                       {"mode", "pull"},
                       {"protocol", "simplestreams"},
                       {"server", "https://images.invalid"},
                       {"alias", "debian/12"}};
  const Json done = lxd.finish(lxd.post("/1.0/images", {{"source", source}}));
  EXPECT_EQ(done.at("status"), "Failure");
  EXPECT_EQ(done.at("status_code"), 400);
  EXPECT_NE(done.at("err").get<std::string>().find("https://images.invalid/streams/v1/index.json"),
            std::string::npos)
      << done;
}

}  // namespace
}  // namespace dfx::contract
