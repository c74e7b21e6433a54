// A kill at every journal step of a small stack: nothing lost, nothing made twice, and a further plan is empty.
#include <map>

#include "tests/unit/core/exec/engine_fixture.hpp"
#include "tests/unit/core/exec/mortal_store.hpp"

namespace dfx {
namespace {

class SequenceTest : public EngineFixture {
 protected:
  // True if the run came to its end.
  bool run_until(int commits, bool after) {
    Plan p = plan();
    EXPECT_FALSE(p.problems.has_errors()) << (p.problems.empty() ? "" : p.problems.list()[0].detail);
    MortalStore mortal(*store, commits, after);
    mortal.begin_run("apply");
    try {
      const RunResult result = execute(*x_caller, mortal, p, options, events, {});
      for (const Diagnostic& d : result.problems.list()) ADD_FAILURE() << d.address << ": " << d.summary << ": " << d.detail;
      EXPECT_TRUE(result.complete());
    } catch (const Killed&) {
      reopen();
      return false;
    }
    return !mortal.died;
  }

  void expect_world_as_wanted() {
    EXPECT_EQ(world.objects.size(), stack.size());
    EXPECT_EQ(store->load().size(), stack.size());
    for (const Resource& r : stack) {
      const auto found = world.objects.find(r.address);
      ASSERT_NE(found, world.objects.end()) << r.address;
      EXPECT_EQ(found->second.desired["size"], parse_json(r.desired)["size"]) << r.address;
    }
    const Plan p = plan();
    EXPECT_FALSE(p.has_work());
    expect_no_duplicates();
  }

  std::vector<Resource> layered(int size) {
    std::vector<Resource> out;
    for (int i = 0; i < size; ++i) {
      Json desired = {{"size", i}};
      if (i > 0) desired["from"] = ref("n" + std::to_string((i - 1) / 2));
      out.push_back(item("n" + std::to_string(i), desired));
    }
    return out;
  }
};

TEST_F(SequenceTest, KillAtEveryJournalStepOfApplyAndDestroyLosesAndDuplicatesNothing) {
  options.parallelism = 2;
  for (const bool after : {false, true}) {
    bool ended = false;
    for (int step = 0; !ended; ++step) {
      ASSERT_LT(step, 100);
      stack = layered(7);
      ended = run_until(step, after);
      EXPECT_TRUE(ended || run_until(-1, false));
      expect_world_as_wanted();
      stack.clear();
      EXPECT_TRUE(run_until(step, after) || run_until(-1, false));
      expect_world_as_wanted();
      world.log.clear();
    }
  }
}

}  // namespace
}  // namespace dfx
