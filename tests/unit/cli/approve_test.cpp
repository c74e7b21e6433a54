#include "cli/commands/approve.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "cli/prompt.hpp"
#include "tests/unit/cli/render/screen.hpp"

namespace dfx {
namespace {

// Somebody, or nobody, before a plan of a stack called home.
class Approve : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/dfx-approve-XXXXXX";
    x_dir = mkdtemp(name.data());
    std::ofstream(x_dir / "stack.yaml") << "dfx: 1\nstack: home\n";
    options.workspace.stack_file = x_dir / "stack.yaml";
    kind.name = "t.item";
    severe.name = "t.volume";
    severe.severe = true;
  }
  void TearDown() override { std::filesystem::remove_all(x_dir); }

  void add(Action action, const Kind& of) {
    Resource r;
    r.address = "c/" + of.name + "/x";
    plan.desired.push_back(r);
    Entry entry;
    entry.resource = static_cast<std::int32_t>(plan.desired.size() - 1);
    entry.kind = &of;
    plan.entries.push_back(entry);
    Operation o;
    o.entry = static_cast<std::uint32_t>(plan.entries.size() - 1);
    o.action = action;
    plan.operations.push_back(o);
  }

  template <class Work>
  auto with(bool somebody, const std::string& answer, Work work) {
    std::istringstream input(answer);
    Workspace workspace(options.workspace);
    plan.stack = "home";
    plan.environment = "default";
    Context context{options, screen.terminal(), screen.terminal(), input, somebody, interrupts, workspace};
    return work(context);
  }
  bool approves(bool somebody, const std::string& answer = "") {
    return with(somebody, answer, [&](Context& c) { return approve(c, plan); });
  }
  std::string check(bool somebody, bool destroy) {
    try {
      with(somebody, "", [&](Context& c) {
        check_agreement(c, destroy);
        return 0;
      });
    } catch (const Error& e) {
      return e.diagnostics().list().front().code;
    }
    return "";
  }

  std::filesystem::path x_dir;
  Interrupts interrupts;
  Options options;
  Screen screen;
  Plan plan;
  Kind kind, severe;
};

TEST_F(Approve, NothingToDoNeedsNoYes) { EXPECT_TRUE(approves(false)); }

TEST_F(Approve, ChangesNeedAYes) {
  add(Action::create, kind);
  EXPECT_TRUE(approves(true, "yes\n"));
  EXPECT_TRUE(approves(true, " y \n"));
  EXPECT_FALSE(approves(true, "\n"));
  EXPECT_FALSE(approves(true, "no\n"));
  EXPECT_FALSE(approves(true, ""));
  options.yes = true;
  EXPECT_TRUE(approves(false));
}

TEST_F(Approve, YesNeverCoversWhatLosesData) {
  add(Action::remove, severe);
  options.yes = true;
  EXPECT_THROW(approves(false), Error);
  EXPECT_FALSE(approves(true, "yes\n"));
  EXPECT_TRUE(approves(true, "home\n"));
  options.confirm = "home";
  EXPECT_TRUE(approves(false));
}

TEST_F(Approve, ConfirmAloneDoesNotCoverAnApply) {
  add(Action::replace, severe);
  options.confirm = "home";
  EXPECT_FALSE(approves(true, "\n"));
  EXPECT_TRUE(approves(true, "y\n"));
  EXPECT_EQ(check(false, false), "usage.no-terminal");
}

TEST_F(Approve, ADestroyNeedsYesOrTheName) {
  plan.destroy = true;
  add(Action::remove, kind);
  EXPECT_FALSE(approves(true, "yes\n"));
  EXPECT_TRUE(approves(true, "home\n"));
  EXPECT_EQ(check(false, true), "usage.no-terminal");
  options.confirm = "home";
  EXPECT_TRUE(approves(false));
  EXPECT_EQ(check(false, true), "");
}

TEST_F(Approve, TheNameOfAnotherStackIsRefusedAtOnce) {
  options.confirm = "office";
  options.yes = true;
  EXPECT_EQ(check(false, false), "usage.wrong-confirm");
}

}  // namespace
}  // namespace dfx
