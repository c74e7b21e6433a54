#include "cli/render/plan.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/render/screen.hpp"

namespace dfx {
namespace {

// A plan put together by hand: one entry and one operation per call.
class PlanRender : public testing::Test {
 protected:
  PlanRender() {
    kind.name = "lxd.instance";
    kind.severe = false;
    kind.secret_paths = {"/pin"};
    volume.name = "lxd.volume";
    volume.severe = true;
  }

  Operation& add(const std::string& name, Action action, const Kind& of) {
    Resource r;
    r.address = "lxd/" + of.name + "/" + name;
    r.component = "lxd";
    r.kind = of.name;
    r.desired = "{}";
    plan.desired.push_back(r);
    Entry entry;
    entry.resource = static_cast<std::int32_t>(plan.desired.size() - 1);
    entry.operation = static_cast<std::int32_t>(plan.operations.size());
    entry.kind = &of;
    plan.entries.push_back(entry);
    Operation o;
    o.entry = static_cast<std::uint32_t>(plan.entries.size() - 1);
    o.action = action;
    plan.operations.push_back(o);
    return plan.operations.back();
  }

  void index() {
    for (std::uint32_t i = 0; i < plan.entries.size(); ++i) plan.index.emplace(plan.address(plan.entries[i]), i);
  }

  void fill() {
    add("cp-a", Action::create, kind).reasons = {{"new", "is not there yet"}};
    plan.desired.back().desired =
        R"({"boot":{"user_data":"x"},"cpu":2,"description":"a\nb","image":"debian/12","name":"cp-a","pin":"1234","token":{"$dfx":{"secret":"s/t"}}})";
    Operation& update = add("cp-b", Action::update, kind);
    update.changes = {{"/memory", "2GiB", "4GiB", LeafChange::Cause::drift, false}, {"/token", Json(), Json{{"$dfx", {{"secret", "s/t"}}}}, LeafChange::Cause::config, false}};
    update.restarts = true;
    Operation& replace = add("cp-c", Action::replace, kind);
    replace.changes = {{"/image", "debian/12", "ubuntu/24.04", LeafChange::Cause::config, true}};
    add("data", Action::remove, volume).reasons = {{"removed", "is not in the stack any more"}};
    add("cp-d", Action::none, kind);
    Operation& blocked = add("cp-e", Action::create, kind);
    blocked.blocked = "host kkh cannot be reached";
    index();
  }

  Plan plan;
  Kind kind, volume;
};

TEST_F(PlanRender, IsOneCalmPage) {
  fill();
  Screen screen;
  render(screen.terminal(), plan);
  EXPECT_EQ(screen.text(),
            "  +   create  lxd/lxd.instance/cp-a\n"
            "        cpu 2, image debian/12, pin (secret), token (secret)\n"
            "  ~   update  lxd/lxd.instance/cp-b  (restarts it)\n"
            "        /memory: \"2GiB\" -> \"4GiB\"  (changed outside dfx)\n"
            "        /token: (none) -> (secret)\n"
            "  -/+ replace lxd/lxd.instance/cp-c\n"
            "        /image: \"debian/12\" -> \"ubuntu/24.04\"  (cannot be changed in place)\n"
            "  -   delete  lxd/lxd.volume/data\n"
            "        is not in the stack any more\n"
            "  !   blocked lxd/lxd.instance/cp-e\n"
            "        blocked: host kkh cannot be reached\n"
            "\n"
            "Plan: 2 to create, 1 to update, 1 to replace, 1 to delete, 1 blocked; 1 unchanged.\n");
}

TEST_F(PlanRender, FitsSixtyColumns) {
  fill();
  for (unsigned width : {60u, 80u}) {
    Screen screen(width);
    render(screen.terminal(), plan);
    EXPECT_LE(screen.widest(), 84u);
  }
}

TEST_F(PlanRender, SaysNothingPerUnchangedResource) {
  add("cp-d", Action::none, kind);
  index();
  Screen screen;
  render(screen.terminal(), plan);
  EXPECT_EQ(screen.text(), "Plan: nothing to do; 1 unchanged.\n");
}

TEST_F(PlanRender, LetsNoControlCharacterThrough) {
  Operation& o = add("a\x1b[31m", Action::update, kind);
  o.changes = {{"/\x1b", "\x1b[2J", "line\nline\x07", LeafChange::Cause::config, false}};
  o.reasons = {{"x", "\x1b]0;t\x07"}};
  o.blocked = "\x1b";
  index();
  Screen screen;
  render(screen.terminal(), plan);
  EXPECT_TRUE(screen.is_plain()) << screen.text();
}

TEST_F(PlanRender, NamesWhatLosesData) {
  fill();
  EXPECT_EQ(severe_losses(plan), (std::vector<std::string>{"lxd/lxd.volume/data"}));
}

TEST_F(PlanRender, ExplainsOneAddress) {
  fill();
  Screen screen;
  EXPECT_TRUE(render_explanation(screen.terminal(), plan, "lxd/lxd.instance/cp-c"));
  EXPECT_NE(screen.text().find("  -/+ replace, exact\n"), std::string::npos) << screen.text();
  EXPECT_FALSE(render_explanation(screen.terminal(), plan, "lxd/lxd.instance/nobody"));
}

}  // namespace
}  // namespace dfx
