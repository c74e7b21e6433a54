#include "host/secrets/age.hpp"

#include <gtest/gtest.h>

#include "core/model/diagnostics.hpp"
#include "tests/unit/host/shell.hpp"

namespace dfx::host {
namespace {

using test::TempFolder;

std::string code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& e) {
    return e.diagnostics().list().front().code;
  }
  return "nothing thrown";
}

// Sizes around the 64 KiB chunks.
const std::size_t k_sizes[] = {0, 1, 31, 65535, 65536, 65537, 131072, 200000};

std::string text_of_size(std::size_t size) {
  std::string out(size, '\0');
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>(i * 131 >> 3);
  return out;
}

}  // namespace

TEST(Age, OpensWhatItSealed) {
  const AgeIdentity me = AgeIdentity::generate();
  for (const std::size_t size : k_sizes) {
    const std::string plain = text_of_size(size);
    EXPECT_EQ(age_decrypt(age_encrypt(plain, {me.recipient()}), {me}), plain) << size;
  }
}

TEST(Age, EachRecipientCanOpen) {
  const AgeIdentity a = AgeIdentity::generate(), b = AgeIdentity::generate(), c = AgeIdentity::generate();
  const std::string sealed = age_encrypt("value", {a.recipient(), b.recipient()});
  EXPECT_EQ(age_decrypt(sealed, {a}), "value");
  EXPECT_EQ(age_decrypt(sealed, {c, b}), "value");
  EXPECT_EQ(code_of([&] { age_decrypt(sealed, {c}); }), "age.no-identity");
}

TEST(Age, EveryChangedByteIsNoticed) {
  const AgeIdentity me = AgeIdentity::generate();
  const std::string sealed = age_encrypt("a short value", {me.recipient()});
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string bad = sealed;
    bad[i] = static_cast<char>(bad[i] ^ 0x01);
    EXPECT_THROW(age_decrypt(bad, {me}), Error) << "byte " << i;
  }
}

TEST(Age, EveryCutIsNoticed) {
  const AgeIdentity me = AgeIdentity::generate();
  const std::string sealed = age_encrypt(text_of_size(65536 + 100), {me.recipient()});
  for (std::size_t size = 0; size < 400; ++size)
    EXPECT_EQ(code_of([&] { age_decrypt(sealed.substr(0, size), {me}); }), "age.bad-file") << size;
  for (std::size_t cut = 1; cut < 200; ++cut)
    EXPECT_EQ(code_of([&] { age_decrypt(sealed.substr(0, sealed.size() - cut), {me}); }), "age.bad-file") << cut;
}

TEST(Age, ArmorRoundTripsAndRefusesDamage) {
  for (std::size_t size = 0; size < 200; ++size) {
    const std::string raw = text_of_size(size);
    EXPECT_EQ(age_dearmor(age_armor(raw)), raw);
  }
  EXPECT_EQ(age_dearmor("not armored"), "not armored");
  const std::string armored = age_armor(text_of_size(100));
  EXPECT_EQ(code_of([&] { age_dearmor(armored.substr(0, 60)); }), "age.bad-file");
  EXPECT_EQ(code_of([&] { age_dearmor(armored + "more"); }), "age.bad-file");
}

TEST(Age, KeysReadBackAsWritten) {
  const AgeIdentity me = AgeIdentity::generate();
  EXPECT_EQ(me.text().substr(0, 16), "AGE-SECRET-KEY-1");
  EXPECT_EQ(AgeIdentity::parse(me.text()).recipient(), me.recipient());
  EXPECT_EQ(code_of([&] { AgeIdentity::parse(me.recipient()); }), "age.bad-key");
  EXPECT_EQ(code_of([&] { age_encrypt("x", {me.text()}); }), "age.bad-key");
  EXPECT_EQ(code_of([&] { age_encrypt("x", {}); }), "age.bad-key");
}

class AgeTool : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::has_tool("age") || !test::has_tool("age-keygen")) GTEST_SKIP() << "the tool `age` is not installed";
  }
  TempFolder folder;
};

TEST_F(AgeTool, OpensWhatWeSeal) {
  const AgeIdentity me = AgeIdentity::generate();
  const auto key = folder.write("key", me.text() + "\n");
  EXPECT_EQ(test::run({"age-keygen", "-y", key}), me.recipient() + "\n");
  for (const std::size_t size : k_sizes) {
    const std::string plain = text_of_size(size);
    const auto sealed = folder.write("sealed", age_encrypt(plain, {AgeIdentity::generate().recipient(), me.recipient()}));
    EXPECT_EQ(test::run({"age", "-d", "-i", key, sealed}), plain) << size;
  }
  const auto armored = folder.write("armored", age_armor(age_encrypt("text", {me.recipient()})));
  EXPECT_EQ(test::run({"age", "-d", "-i", key, armored}), "text");
}

TEST_F(AgeTool, SealsWhatWeOpen) {
  const auto key = folder / "key";
  ASSERT_EQ(test::run({"age-keygen", "-o", key}), "");
  const std::string file = TempFolder::read(key);
  const AgeIdentity me = AgeIdentity::parse(file.substr(file.find("AGE-SECRET"), 74));
  for (const std::size_t size : k_sizes) {
    const std::string plain = text_of_size(size);
    const auto in = folder.write("plain", plain);
    EXPECT_EQ(age_decrypt(test::run({"age", "-r", me.recipient(), in}), {me}), plain) << size;
  }
  const auto in = folder.write("plain", "text");
  EXPECT_EQ(age_decrypt(age_dearmor(test::run({"age", "-a", "-r", me.recipient(), in})), {me}), "text");
}

}  // namespace dfx::host
