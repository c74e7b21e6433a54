#include "host/http/effect.hpp"

#include <gtest/gtest.h>

namespace dfx::host {
namespace {

RequestEffect effect(const std::string& method, const std::string& url, const std::vector<DryRunRule>& rules = {}) {
  return classify(method, *parse_url(url), &rules);
}

TEST(Effect, OnlyGetAndHeadRead) {
  EXPECT_EQ(effect("GET", "https://h/x"), RequestEffect::read);
  EXPECT_EQ(effect("HEAD", "https://h/x"), RequestEffect::read);
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get"})
    EXPECT_EQ(effect(method, "https://h/x"), RequestEffect::write) << method;
}

TEST(Effect, ARuleMakesADryRunAndNothingLikeIt) {
  const std::vector<DryRunRule> rules = {{"PATCH", "/apis/", "dryRun=All"}};
  EXPECT_EQ(effect("PATCH", "https://h/apis/v1?dryRun=All", rules), RequestEffect::dry_run);
  EXPECT_EQ(effect("PATCH", "https://h/apis/v1?a=b&dryRun=All", rules), RequestEffect::dry_run);
  for (const char* url : {"https://h/apis/v1", "https://h/apis/v1?dryRun=None", "https://h/apis/v1?dryRun=All&dryRun=",
                          "https://h/apis/v1?dryRun=All&d%72yRun=", "https://h/other?dryRun=All",
                          "https://h/apis/../x?dryRun=All","https://h/apis/%2e%2e/x?dryRun=All", "https://h/apis/v1?xdryRun=All"})
    EXPECT_EQ(effect("PATCH", url, rules), RequestEffect::write) << url;
  EXPECT_EQ(effect("POST", "https://h/apis/v1?dryRun=All", rules), RequestEffect::write);
}

TEST(Effect, ACallMayDoWhatItsEffectSays) {
  for (const RequestEffect request : {RequestEffect::read, RequestEffect::dry_run, RequestEffect::write}) {
    EXPECT_FALSE(permits(Effect::none, request));
    EXPECT_EQ(permits(Effect::read, request), request != RequestEffect::write);
    EXPECT_TRUE(permits(Effect::write, request));
  }
}

}  // namespace
}  // namespace dfx::host
