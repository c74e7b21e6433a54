#include "core/model/address.hpp"

#include <gtest/gtest.h>

namespace dfx {

TEST(Address, TextRoundTripsAnyName) {
  const Address address{"metallb", "kubernetes.object", "metallb.io~IPAddressPool/ns ö%"};
  EXPECT_EQ(address.text(), "metallb/kubernetes.object/metallb.io~IPAddressPool%2Fns%20%C3%B6%25");
  EXPECT_EQ(parse_address(address.text()), address);
}

TEST(Address, RefusesMalformedText) {
  for (const char* bad : {"", "a", "a/b.c", "a/b.c/", "a/bc/d", "A/b.c/d", "a/b.c/d/e", "a/b.c/%2", "a/b.c/%zz", "-a/b.c/d"})
    EXPECT_FALSE(parse_address(bad)) << bad;
}

TEST(Address, DnsLabelIsLowerCaseAndBounded) {
  EXPECT_TRUE(is_dns_label("cp-a"));
  EXPECT_TRUE(is_dns_label(std::string(63, 'a')));
  for (const std::string& bad : {std::string(64, 'a'), std::string("a_b"), std::string("a-"), std::string("Ab"), std::string()})
    EXPECT_FALSE(is_dns_label(bad)) << bad;
}

}  // namespace dfx
