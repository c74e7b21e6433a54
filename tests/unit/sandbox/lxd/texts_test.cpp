// The small readers: YAML as cloud-init uses it, filters, values.
#include <gtest/gtest.h>

#include "sandbox/lxd/cloud_config.hpp"
#include "sandbox/lxd/context.hpp"
#include "sandbox/lxd/filter.hpp"
#include "sandbox/lxd/go_scan.hpp"
#include "sandbox/lxd/percent.hpp"
#include "sandbox/lxd/validate.hpp"
#include "sandbox/lxd/yaml.hpp"

namespace dfx::sandbox::lxd::testing {
namespace {

TEST(Yaml, ReadsWhatCloudInitUses) {
  const Json value = read_yaml("a: 1\nb:\n  - x\n  - y: [1, \"two\"]\nc: |\n  line 1\n   line 2\nd: {e: f}\n# end\n");
  EXPECT_EQ(value, Json::parse(R"({"a": "1", "b": ["x", {"y": ["1", "two"]}], "c": "line 1\n line 2\n", "d": {"e": "f"}})"));
}

TEST(Yaml, SaysWhatIsWrong) {
  EXPECT_NE(yaml_problem("a: [b").find("did not find expected"), std::string::npos);
  EXPECT_NE(yaml_problem("a: b\n c: d"), "");
  EXPECT_NE(yaml_problem("a: &x b"), "");
  EXPECT_EQ(yaml_problem("a: b"), "");
}

TEST(Yaml, IsNotReadForEver) {
  EXPECT_NE(yaml_problem(std::string(100000, '[')), "");
  EXPECT_NE(yaml_problem("a: " + std::string(100000, '{')), "");
}

std::string go_error(const std::string& text) {
  try {
    first_json_value(text);
  } catch (const Refusal& refusal) {
    return refusal.message;
  }
  return {};
}

TEST(GoJson, StopsWhereGoDoesWithItsWords) {
  EXPECT_EQ(go_error("{not"), "invalid character 'n' looking for beginning of object key string");
  EXPECT_EQ(go_error(R"({"a")"), "unexpected EOF");
  EXPECT_EQ(go_error(R"({"a":1 x)"), "invalid character 'x' after object key:value pair");
  EXPECT_EQ(go_error(R"({"a" 1})"), "invalid character '1' after object key");
  EXPECT_EQ(go_error("nulx"), "invalid character 'x' in literal null (expecting 'l')");
  EXPECT_EQ(go_error(R"({"a":"\u12g"})"), "invalid character 'g' in \\u hexadecimal character escape");
  EXPECT_EQ(go_error(R"({"a":1.})"), "invalid character '}' after decimal point in numeric literal");
  EXPECT_EQ(go_error("{\"a\":\"\n\"}"), "invalid character '\\n' in string literal");
  EXPECT_EQ(go_error("[1 2]"), "invalid character '2' after array element");
  EXPECT_EQ(go_error(" "), "EOF");
  EXPECT_EQ(go_error(std::string(5000, '[')), "exceeded max depth");
  EXPECT_EQ(first_json_value(R"({"a":[1,-2.5e3,"x\u00e9"]} rest)"), R"({"a":[1,-2.5e3,"x\u00e9"]})");
}

TEST(UserData, IsCheckedOnlyIfItIsACloudConfig) {
  EXPECT_EQ(user_data_problem("#!/bin/sh\necho [ {"), "");
  EXPECT_NE(user_data_problem("#cloud-config\na: [b"), "");
}

TEST(NetworkConfig, GivesAddressesByNameAndByMac) {
  const std::string by_mac = "version: 2\nethernets:\n  lan:\n    match:\n      macaddress: '00:16:3E:00:00:01'\n    addresses: [10.0.0.5/24]\n";
  EXPECT_EQ(configured_addresses(by_mac, "eth0", "00:16:3e:00:00:01"), std::vector<std::string>{"10.0.0.5/24"});
  EXPECT_TRUE(configured_addresses(by_mac, "eth0", "00:16:3e:00:00:02").empty());
  const std::string older = "version: 1\nconfig:\n  - type: physical\n    name: eth0\n    subnets:\n      - type: static\n        address: 10.0.0.6\n        netmask: 255.255.255.0\n";
  EXPECT_EQ(configured_addresses(older, "eth0", ""), std::vector<std::string>{"10.0.0.6/24"});
}

TEST(Filters, ComposeClauses) {
  const Json object = {{"name", "c1"}, {"config", {{"user.a", "x"}}}};
  EXPECT_TRUE(matches(object, parse_filter("name eq c1 and config.user.a eq x")));
  EXPECT_FALSE(matches(object, parse_filter("name eq c")));
  EXPECT_TRUE(matches(object, parse_filter("name eq C.")));
  EXPECT_FALSE(matches(object, parse_filter("name eq c(1")));
  EXPECT_TRUE(matches({{"name", "c(1"}}, parse_filter("name eq c(1")));
  EXPECT_TRUE(matches(object, parse_filter("name eq zz or not config.user.a eq y")));
}

TEST(Values, AreCheckedAsTheDaemonDoes) {
  EXPECT_EQ(check_cpu_set("0-3,5"), "");
  EXPECT_EQ(check_cpu_set("1,1"), "Cannot define CPU multiple times");
  EXPECT_EQ(check_memory("50%"), "");
  EXPECT_EQ(check_mac("00:16:3e:xx:00:00"), "Invalid MAC address, must be 6 bytes of hex separated by colons");
  std::string problem;
  EXPECT_EQ(parse_size("4GiB", problem), std::int64_t{4} << 30);
  EXPECT_EQ(check_hostname("1a"), "Name must not start with a number");
}

TEST(Percent, IsDecodedOnceAndBadEscapesStay) {
  EXPECT_EQ(percent_decoded("a%2Fb%"), "a/b%");
  EXPECT_EQ(percent_decoded("%zz%4"), "%zz%4");
  EXPECT_EQ(query_decoded("a+b%2B"), "a b+");
}

}  // namespace
}  // namespace dfx::sandbox::lxd::testing
