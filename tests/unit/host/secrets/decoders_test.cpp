// Whatever is read from a file or typed by a person: a value or an Error, never anything else. Run under ASan it
// stands in for a fuzzer; the seed is fixed, so a failure comes again.
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "core/model/diagnostics.hpp"
#include "host/secrets/age.hpp"
#include "host/secrets/bech32.hpp"
#include "host/secrets/encoding.hpp"

namespace dfx::host {
namespace {

// Cuts, doubles, swaps and overwrites parts of a good text.
class Mutator {
 public:
  explicit Mutator(unsigned seed) : x_random(seed) {}
  std::string mutate(std::string text) {
    for (std::size_t times = 1 + pick(4); times > 0 && !text.empty(); --times) {
      const std::size_t at = pick(text.size()), size = pick(std::min<std::size_t>(text.size() - at, 40)) + 1;
      switch (pick(5)) {
        case 0: text.erase(at, size); break;
        case 1: text.insert(pick(text.size()), text.substr(at, size)); break;
        case 2: text[at] = static_cast<char>(pick(256)); break;
        case 3: text.insert(at, std::string(size, static_cast<char>(pick(256)))); break;
        default: text[at] = static_cast<char>(text[at] ^ (1 << pick(8))); break;
      }
    }
    return text;
  }

 private:
  std::size_t pick(std::size_t below) { return below == 0 ? 0 : x_random() % below; }
  std::mt19937 x_random;
};

void run(const std::string& good, int times, const std::function<void(const std::string&)>& decode) {
  Mutator mutator(20231);
  for (int i = 0; i < times; ++i) {
    const std::string text = mutator.mutate(good);
    try {
      decode(text);
    } catch (const Error& e) {
      EXPECT_FALSE(e.diagnostics().empty());
    }
  }
}

TEST(Decoders, DamagedAgeFilesAreRefused) {
  const AgeIdentity me = AgeIdentity::generate();
  const std::string sealed = age_encrypt(std::string(300, 'x'), {AgeIdentity::generate().recipient(), me.recipient()});
  run(sealed, 800, [&](const std::string& text) {
    const std::string plain = age_decrypt(text, {me});
    EXPECT_EQ(plain, std::string(300, 'x'));  // a change that changes nothing, or it is noticed
  });
}

TEST(Decoders, DamagedArmorIsRefusedOrReadsAsSomething) {
  run(age_armor(std::string(300, '\xfe')), 3000, [](const std::string& text) { age_dearmor(text); });
}

TEST(Decoders, DamagedKeysAreRefused) {
  const AgeIdentity me = AgeIdentity::generate();
  run(me.text(), 3000, [](const std::string& text) { EXPECT_EQ(AgeIdentity::parse(text).text().size(), 74u); });
  run(me.recipient(), 3000, [](const std::string& text) { bech32_decode(text); });
}

TEST(Decoders, Base64IsReadInItsOneFormOnly) {
  run(base64(std::string("any carnal pleasure")), 5000, [](const std::string& text) {
    const auto bytes = base64_decode(text);
    EXPECT_TRUE(!bytes || base64(*bytes) == text) << text;
  });
}

}  // namespace
}  // namespace dfx::host
