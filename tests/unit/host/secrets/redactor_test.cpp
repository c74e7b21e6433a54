#include "host/secrets/redactor.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "core/model/json.hpp"
#include "host/secrets/encoding.hpp"
#include "host/secrets/keys.hpp"

namespace dfx::host {

TEST(Redactor, HidesAValueInEveryFormInWhichItLeaks) {
  const std::string value = "pa\"ss\\wörd/with+signs?&";
  Redactor r;
  r.add(value);
  EXPECT_EQ(r.redact("token " + value + "!"), "token (secret)!");
  EXPECT_EQ(r.redact(canonical(Json{{"token", value}})), R"x({"token":"(secret)"})x");
  EXPECT_EQ(r.redact("q=pa%22ss%5Cw%C3%B6rd%2Fwith%2Bsigns%3F%26"), "q=(secret)");
  EXPECT_EQ(r.redact("q=pa%22ss%5cw%c3%b6rd%2fwith%2bsigns%3f%26"), "q=(secret)");
}

TEST(Redactor, FindsBase64WhateverStandsAroundTheValue) {
  const std::string value = "correct-horse-battery";
  Redactor r;
  r.add(value);
  for (const char* before : {"", "u", "us", "user:"})
    for (const char* after : {"", "x", "xy", "xyz"}) {
      const std::string encoded = base64(before + value + after);
      const std::string shown = r.redact(encoded);
      EXPECT_NE(shown.find("(secret)"), std::string::npos) << before << "|" << after;
      // At most the characters that also hold bits of the neighbours are left of it.
      EXPECT_LT(shown.size(), encoded.size() - value.size() + 8) << shown;
    }
}

TEST(Redactor, HidesTheLinesOfAKeyOneByOne) {
  const SshKeyPair pair = make_ssh_key("me");
  Redactor r;
  r.add(pair.private_pem);
  std::string indented;
  for (std::size_t at = 0; at < pair.private_pem.size();) {
    const std::size_t end = pair.private_pem.find('\n', at);
    indented += "    " + pair.private_pem.substr(at, end - at) + "\n";
    at = end + 1;
  }
  const std::string shown = r.redact(indented);
  EXPECT_EQ(shown.find("b3BlbnNzaC1rZXktdjE"), std::string::npos);
  EXPECT_NE(shown.find("-----BEGIN OPENSSH PRIVATE KEY-----"), std::string::npos);
}

TEST(Redactor, LeavesShortValuesAndOtherTextAlone) {
  Redactor r;
  r.add("yes");
  r.add("");
  EXPECT_EQ(r.redact("yes, it is"), "yes, it is");
}

TEST(Redactor, AValueInsideAnotherLeavesNothingOfTheLonger) {
  Redactor r;
  r.add("secret-part");
  r.add("long-secret-part-of-more");
  EXPECT_EQ(r.redact("x long-secret-part-of-more y"), "x (secret) y");
}

TEST(Redactor, MayBeAskedWhileItLearns) {
  Redactor r;
  std::jthread teacher([&] {
    for (int i = 0; i < 200; ++i) r.add("value-number-" + std::to_string(i));
  });
  for (int i = 0; i < 200; ++i) r.redact("value-number-7 and more text");
  teacher.join();
  EXPECT_EQ(r.redact("value-number-150"), "(secret)");
}

}  // namespace dfx::host
