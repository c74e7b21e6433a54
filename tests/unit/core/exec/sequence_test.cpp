// Random histories of edits, drift and kills against the simplest possible reference: after a run that comes to its
// end the world holds exactly what the stack wants, each object made once, and a further plan is empty.
#include <cstdlib>
#include <random>

#include "tests/unit/core/exec/engine_fixture.hpp"

namespace dfx {
namespace {

struct Killed {};

// Passes everything on, until the process "dies" at the n-th commit: just before it is durable, or just after.
class MortalStore final : public Store {
 public:
  MortalStore(Store& inner, int commits, bool after) : x_inner(inner), x_left(commits), x_after(after) {}

  void commit(std::span<const Change> changes) override {
    if (x_left-- != 0) {
      x_inner.commit(changes);
      return;
    }
    died = true;
    if (x_after) x_inner.commit(changes);
    throw Killed();
  }
  std::string stack_id() override { return x_inner.stack_id(); }
  std::vector<Record> load() override { return x_inner.load(); }
  std::vector<std::pair<std::string, std::string>> connections() override { return x_inner.connections(); }
  std::optional<Record> find(const std::string& a) override { return x_inner.find(a); }
  std::int64_t begin_run(const std::string& c) override { return x_inner.begin_run(c); }
  void finish_run(std::int64_t r, const std::string& s) override { x_inner.finish_run(r, s); }
  std::vector<RunInfo> runs(int n) override { return x_inner.runs(n); }
  std::vector<JournalEntry> journal(std::int64_t r) override { return x_inner.journal(r); }
  std::optional<std::string> sealed(const std::string& h) override { return x_inner.sealed(h); }
  void put_sealed(const std::string& h, const std::string& s) override { x_inner.put_sealed(h, s); }
  std::optional<std::string> fact(const std::string& k) override { return x_inner.fact(k); }
  void put_fact(const std::string& k, const std::string& v) override { x_inner.put_fact(k, v); }

  bool died = false;

 private:
  Store& x_inner;
  int x_left;
  bool x_after;
};

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

  // Made once in this life of the object: no create without a delete in between.
  void expect_no_duplicates() const {
    std::map<std::string, int> alive;
    for (const std::string& line : world.log) {
      const std::size_t space = line.find(' ');
      int& count = alive[line.substr(space + 1)];
      if (line.substr(0, space) == "create") {
        EXPECT_EQ(++count, 1) << line;
      }
      if (line.substr(0, space) == "delete") count = 0;
    }
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

TEST_F(SequenceTest, RandomHistoriesEndInTheWantedWorld) {
  const char* full = std::getenv("DFX_TEST_FULL");
  const int histories = full != nullptr && std::string(full) == "1" ? 400 : 40;
  world.add_kind({{"kind", "t.item"}, {"schema", {{"properties", {{"image", {{"x-dfx-immutable", true}}}}}}}});
  for (int seed = 1; seed <= histories; ++seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
    SCOPED_TRACE("seed " + std::to_string(seed));
    for (int round = 0; round < 8; ++round) {
      stack.clear();
      std::vector<std::string> names;
      for (int i = 0; i < 8; ++i) {
        if (pick(4) == 0) continue;
        Json desired = {{"size", pick(3)}, {"image", pick(8) == 0 ? "new" : "old"}};
        if (!names.empty() && pick(2) == 0) desired["from"] = ref(names[static_cast<std::size_t>(pick(static_cast<int>(names.size())))]);
        names.push_back("n" + std::to_string(i));
        stack.push_back(item(names.back(), desired));
      }
      for (auto& [address, object] : world.objects)
        if (pick(4) == 0) object.desired["size"] = 99;
      if (!world.objects.empty() && pick(3) == 0) {
        world.log.push_back("delete " + world.objects.begin()->first);
        world.objects.erase(world.objects.begin());
      }
      for (int tries = 0; tries < 3 && !run_until(pick(12), pick(2) == 0); ++tries) {}
      EXPECT_TRUE(run_until(-1, false));
      expect_world_as_wanted();
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace dfx
