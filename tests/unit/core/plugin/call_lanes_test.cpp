#include "core/plugin/call_lanes.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <set>
#include <thread>

#include "core/plugin/turn.hpp"

namespace dfx {
namespace {

using std::chrono::milliseconds;

CallLanes::Clock::time_point soon() { return CallLanes::Clock::now() + milliseconds(1); }
CallLanes::Clock::time_point late() { return CallLanes::Clock::now() + std::chrono::hours(1); }

}  // namespace

TEST(CallLanes, WorkRunsOnAThreadThatIsUsedAgain) {
  CallLanes lanes;
  std::set<std::thread::id> threads;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(lanes.run([&] { threads.insert(std::this_thread::get_id()); }, {}));
  EXPECT_EQ(threads.size(), 1u);
  EXPECT_EQ(threads.count(std::this_thread::get_id()), 0u);
}

TEST(CallLanes, WhatNeverEndsIsLeftBehindAndTheRestGoesOn) {
  CallLanes lanes;
  const auto go_on = std::make_shared<std::latch>(1);
  const auto ended = std::make_shared<std::latch>(1);
  EXPECT_FALSE(lanes.run([go_on, ended] { go_on->wait(); ended->count_down(); }, {soon(), {}, milliseconds(1)}));
  EXPECT_EQ(lanes.left_behind(), 1u);
  EXPECT_TRUE(lanes.run([] {}, {}));
  go_on->count_down();
  ended->wait();
}

TEST(CallLanes, CancellationEndsTheWaitLongBeforeTheDeadline) {
  CallLanes lanes;
  std::stop_source stop;
  const auto go_on = std::make_shared<std::latch>(1);
  EXPECT_FALSE(lanes.run([go_on, &stop] { stop.request_stop(); go_on->wait(); }, {late(), stop.get_token(), milliseconds(1)}));
  go_on->count_down();
}

TEST(CallLanes, WhoeverStopsWithinTheGraceIsNotLeftBehind) {
  CallLanes lanes;
  std::stop_source stop;
  const std::stop_token token = stop.get_token();
  std::latch stopped(1);
  const std::stop_callback wake(token, [&] { stopped.count_down(); });
  EXPECT_TRUE(lanes.run([&] { stop.request_stop(); stopped.wait(); }, {late(), token, std::chrono::hours(1)}));
  EXPECT_EQ(lanes.left_behind(), 0u);
}

TEST(Turn, IsGivenToOneAtATime) {
  Turn turn;
  int inside = 0, most = 0, done = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          std::uint64_t ticket = 0;
          ASSERT_EQ(turn.take(late(), {}, ticket), Turn::Got::yes);
          most = std::max(most, ++inside);
          ++done;
          --inside;
          turn.give_back();
        }
      });
  }
  EXPECT_EQ(most, 1);
  EXPECT_EQ(done, 200);
}

TEST(Turn, WhoCannotHaveItIsToldWhy) {
  Turn turn;
  std::uint64_t first = 0, other = 0;
  ASSERT_EQ(turn.take(late(), {}, first), Turn::Got::yes);
  EXPECT_EQ(turn.take(soon(), {}, other), Turn::Got::late);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(turn.take(late(), stop.get_token(), other), Turn::Got::cancelled);
  turn.leave_behind(first);
  EXPECT_EQ(turn.take(late(), {}, other), Turn::Got::stuck);
  turn.give_back();
  EXPECT_EQ(turn.take(late(), {}, other), Turn::Got::yes) << "it came back after all";
  turn.leave_behind(first);
  turn.give_back();
  EXPECT_EQ(turn.take(late(), {}, other), Turn::Got::yes) << "an old ticket means nobody who is here now";
}

}  // namespace dfx
