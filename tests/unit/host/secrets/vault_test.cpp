#include "host/secrets/vault.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/model/diagnostics.hpp"
#include "host/secrets/generate.hpp"
#include "tests/unit/host/memory_store.hpp"

namespace dfx::host {
namespace {

using test::MemoryStore;

}  // namespace

TEST(SealedVault, KeepsValuesSealedAcrossVaults) {
  MemoryStore store;
  const AgeIdentity me = AgeIdentity::generate();
  SealedVault(store, me).keep("a#1", "hunter2-hunter2");
  EXPECT_EQ(store.get("a#1")->find("hunter2"), std::string::npos);
  SealedVault later(store, me);
  EXPECT_EQ(later.reveal("a#1"), "hunter2-hunter2");
  EXPECT_EQ(later.reveal("a#2"), std::nullopt);
}

TEST(SealedVault, SealsForFurtherRecipients) {
  MemoryStore store;
  const AgeIdentity friend_key = AgeIdentity::generate();
  SealedVault(store, AgeIdentity::generate(), {friend_key.recipient()}).keep("a#1", "value");
  EXPECT_EQ(age_decrypt(age_dearmor(*store.get("a#1")), {friend_key}), "value");
}

TEST(SealedVault, TheSameHandleReplaces) {
  MemoryStore store;
  SealedVault vault(store, AgeIdentity::generate());
  vault.keep("a#1", "first-value");
  vault.keep("a#1", "second-value");
  EXPECT_EQ(vault.reveal("a#1"), "second-value");
  EXPECT_EQ(vault.redact("first-value second-value"), "(secret) (secret)");
}

TEST(SealedVault, AnotherIdentityCannotOpen) {
  MemoryStore store;
  SealedVault(store, AgeIdentity::generate()).keep("a#1", "value");
  SealedVault other(store, AgeIdentity::generate());
  EXPECT_THROW(other.reveal("a#1"), Error);
}

TEST(SealedVault, RedactsWhatItHasRevealed) {
  MemoryStore store;
  const AgeIdentity me = AgeIdentity::generate();
  SealedVault(store, me).keep("a#1", "hunter2-hunter2");
  SealedVault vault(store, me);
  vault.reveal("a#1");
  EXPECT_EQ(vault.redact("password is hunter2-hunter2"), "password is (secret)");
}

TEST(SealedVault, AsksABoundSourceOnceHoweverManyAsk) {
  MemoryStore store;
  SealedVault vault(store, AgeIdentity::generate());
  std::atomic<int> asked = 0;
  vault.bind("token", [&] { return "value-" + std::to_string(++asked); });
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { EXPECT_EQ(vault.reveal("token"), "value-1"); });
  }
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(store.get("token"), std::nullopt) << "a bound value must not be stored";
}

TEST(SealedVault, ASourceThatFailsIsAskedAgain) {
  MemoryStore store;
  SealedVault vault(store, AgeIdentity::generate());
  bool there = false;
  vault.bind("token", [&]() -> std::string {
    if (!there) throw Error("secret.missing", "a secret has no value");
    return "value";
  });
  EXPECT_THROW(vault.reveal("token"), Error);
  there = true;
  EXPECT_EQ(vault.reveal("token"), "value");
}

TEST(SealedVault, MakesAGeneratedValueOnceForAllRuns) {
  MemoryStore store;
  const AgeIdentity me = AgeIdentity::generate();
  const auto value = [&] {
    SealedVault vault(store, me);
    vault.bind_generated("grafana", [] { return random_text(24); });
    return vault.reveal("grafana").value();
  };
  const std::string first = value();
  EXPECT_EQ(first.size(), 24u);
  EXPECT_EQ(value(), first);
}

}  // namespace dfx::host
