#include "host/secrets/encoding.hpp"

#include <gtest/gtest.h>

#include "host/secrets/bech32.hpp"
#include "host/secrets/crypto.hpp"
#include "host/secrets/generate.hpp"

#include "core/model/diagnostics.hpp"

#include <regex>
#include <set>

namespace dfx::host {

TEST(Encoding, Base64MatchesTheVectorsOfItsStandard) {
  const char* const vectors[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
                                    {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [raw, text] : vectors) {
    EXPECT_EQ(base64(std::string_view(raw)), text);
    EXPECT_EQ(to_text(base64_decode(text).value()), raw);
  }
}

TEST(Encoding, Base64RefusesEverySecondWayToWriteTheSameBytes) {
  for (const char* bad : {"Zg", "Zg=", "Zh==", "Zm9v\n", "Zg==Zg==", "Z===", "====", "Zm9v=", "Z"})
    EXPECT_FALSE(base64_decode(bad)) << bad;
  EXPECT_FALSE(base64_decode("Zh", false));
  EXPECT_FALSE(base64_decode("Zg==", false));
  EXPECT_EQ(to_text(base64_decode("Zg", false).value()), "f");
}

TEST(Encoding, Bech32RoundTripsAndFindsAChangedCharacter) {
  const Bytes data = random_bytes(32);
  const std::string text = bech32_encode("age", data);
  EXPECT_EQ(bech32_decode(text)->data, data);
  EXPECT_EQ(bech32_decode(text)->prefix, "age");
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string bad = text;
    bad[i] = bad[i] == 'q' ? 'p' : 'q';
    EXPECT_FALSE(bech32_decode(bad)) << bad;
  }
  EXPECT_TRUE(bech32_decode("A12UEL5L"));
  EXPECT_FALSE(bech32_decode("A12uEL5L"));
}

TEST(Crypto, HkdfMatchesRfc5869) {
  Bytes salt, info;
  for (std::uint8_t i = 0; i <= 0x0c; ++i) salt.push_back(i);
  for (int i = 0xf0; i <= 0xf9; ++i) info.push_back(static_cast<std::uint8_t>(i));
  EXPECT_EQ(hex(hkdf_sha256(Bytes(22, 0x0b), salt, to_text(info), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

// The RFC's third case. OpenSSL refuses an empty parameter that has no address, as an empty vector's data may be.
TEST(Crypto, HkdfTakesAnEmptySaltAndAnEmptyInfo) {
  EXPECT_EQ(hex(hkdf_sha256(Bytes(22, 0x0b), {}, "", 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Crypto, X25519RefusesAPeerOfLowOrder) {
  EXPECT_FALSE(x25519(random_bytes(32), Bytes(32, 0)));
}

TEST(Generate, TextsHaveTheirLengthAndOnlyTheirCharacters) {
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    const std::string text = random_text(40, "abc");
    EXPECT_EQ(text.size(), 40u);
    EXPECT_EQ(text.find_first_not_of("abc"), std::string::npos);
    seen.insert(text);
  }
  EXPECT_EQ(seen.size(), 50u);
}

TEST(Generate, EveryCharacterIsEquallyLikely) {
  const std::string text = random_text(4096) + random_text(4096) + random_text(4096) + random_text(4096);
  int counts[256] = {};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  // 264 expected; eight standard deviations either side.
  for (const char c : k_default_charset) {
    EXPECT_GT(counts[static_cast<unsigned char>(c)], 134) << c;
    EXPECT_LT(counts[static_cast<unsigned char>(c)], 394) << c;
  }
}

TEST(Generate, RefusesWhatCannotBeRandom) {
  EXPECT_THROW(random_text(0), Error);
  EXPECT_THROW(random_text(8, "a"), Error);
  EXPECT_THROW(random_text(8, "aab"), Error);
  EXPECT_THROW(random_text(8, "a\n"), Error);
  EXPECT_THROW(random_text(5000), Error);
}

TEST(Generate, IdsHaveTheirForms) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(std::regex_match(random_uuid(), std::regex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")));
    EXPECT_TRUE(std::regex_match(random_mac(), std::regex("[0-9a-f][26ae](:[0-9a-f]{2}){5}")));
  }
}

}  // namespace dfx::host
