#include "cli/commands/status_report.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/render/screen.hpp"

namespace dfx {
namespace {

class Status : public testing::Test {
 protected:
  Status() {
    stack.name = "home";
    stack.environment = "sandbox";
    stack.sandbox = true;
    Component lxd, off;
    lxd.name = lxd.plugin = "lxd";
    off.name = off.plugin = "dns";
    off.enabled = false;
    stack.components = {lxd, off};
    kind.name = "lxd.instance";
  }

  Record row(const std::string& name, RecordStatus status = RecordStatus::ok) const {
    Record r;
    r.address = "lxd/lxd.instance/" + name;
    r.component = "lxd";
    r.kind = kind.name;
    r.status = status;
    return r;
  }

  // The plan's view of a recorded row that needs work.
  Operation& operation(Plan& plan, const Record& record, Action action) const {
    plan.records.push_back(record);
    Entry entry;
    entry.record = static_cast<std::int32_t>(plan.records.size() - 1);
    entry.kind = &kind;
    entry.operation = static_cast<std::int32_t>(plan.operations.size());
    plan.entries.push_back(entry);
    Operation o;
    o.entry = static_cast<std::uint32_t>(plan.entries.size() - 1);
    o.action = action;
    plan.operations.push_back(o);
    return plan.operations.back();
  }

  StatusReport report(const Plan* plan = nullptr) const {
    StatusInput input{stack, rows, plan, commands, running, gave_up, failures};
    return make_status(input);
  }

  Stack stack;
  Kind kind;
  std::vector<Record> rows;
  bool running = false;
  bool gave_up = false;
  std::map<std::string, std::string> failures;
  const StatusCommands commands{"dfx apply -e sandbox", "dfx plan -e sandbox", "dfx doctor -e sandbox"};
};

TEST_F(Status, SaysWhenNothingIsThereYet) {
  EXPECT_STREQ(verdict_of(report()), "nothing");
  Screen screen;
  render(screen.terminal(), report(), commands, 0);
  EXPECT_EQ(screen.text(),
            "home in sandbox (simulated): nothing is there yet\n"
            "  0 resources, as recorded; nothing was ever applied\n"
            "  to begin: dfx apply -e sandbox\n"
            "\n"
            "  lxd  0 resources  not there yet\n"
            "  dns  0 resources  switched off\n");
}

TEST_F(Status, IsWellOnlyIfTheWorldWasLookedAt) {
  rows = {row("a")};
  EXPECT_STREQ(verdict_of(report()), "unknown");
  const Plan plan;
  EXPECT_STREQ(verdict_of(report(&plan)), "well");
}

TEST_F(Status, PutsProblemsFirstWithTheCommandThatHelps) {
  rows = {row("a"), row("b"), row("c", RecordStatus::creating)};
  Plan plan;
  Operation& drifted = operation(plan, rows[0], Action::update);
  drifted.changes = {{"/memory", "1GiB", "2GiB", LeafChange::Cause::drift, false}};
  drifted.reasons = {{"drift", "changed"}};
  Operation& blocked = operation(plan, rows[1], Action::none);
  blocked.blocked = "host kkh cannot be reached";
  blocked.observation.problem = std::make_shared<const Diagnostic>(failure("http.unreachable", "", blocked.blocked, "start it"));
  operation(plan, rows[2], Action::create).resumes = true;
  const StatusReport r = report(&plan);
  ASSERT_EQ(r.troubles.size(), 3u);
  EXPECT_EQ(r.troubles[0].text, "host kkh cannot be reached");
  EXPECT_EQ(r.troubles[0].command, commands.plan) << "an apply would end the same way";
  EXPECT_EQ(r.troubles[0].help, "start it");
  EXPECT_EQ(r.troubles[1].text, "the last run did not finish it");
  EXPECT_EQ(r.troubles[2].text, "was changed outside dfx: memory");
  EXPECT_STREQ(verdict_of(r), "problems");
  Screen screen(60);
  render(screen.terminal(), r, commands, 0);
  EXPECT_EQ(screen.text().rfind("home in sandbox (simulated): 3 problems\n  ! lxd/lxd.instance/b\n", 0), 0u) << screen.text();
  EXPECT_LE(screen.widest(), 60u);
}

TEST_F(Status, SaysOnceWhatConcernsSeveral) {
  rows = {row("a"), row("b")};
  Plan plan;
  operation(plan, rows[0], Action::none).blocked = "host kkh cannot be reached";
  operation(plan, rows[1], Action::none).blocked = "host kkh cannot be reached";
  Screen screen;
  render(screen.terminal(), report(&plan), commands, 0);
  EXPECT_NE(screen.text().find("  ! lxd/lxd.instance/a\n  ! lxd/lxd.instance/b\n      host kkh cannot be reached\n"), std::string::npos)
      << screen.text();
}

TEST_F(Status, TellsChangesThatTheStackAsksForFromProblems) {
  rows = {row("a")};
  Plan plan;
  Operation& o = operation(plan, rows[0], Action::update);
  o.changes = {{"/cpu", 1, 2, LeafChange::Cause::config, false}};
  o.reasons = {{"config", "the stack wants another value"}};
  const StatusReport r = report(&plan);
  EXPECT_STREQ(verdict_of(r), "changes");
  EXPECT_EQ(r.pending, 1u);
  EXPECT_TRUE(r.troubles.empty());
}

TEST_F(Status, LetsNoControlCharacterThrough) {
  rows = {row("a\x1b[31m")};
  Plan plan;
  operation(plan, rows[0], Action::none).blocked = "\x1b[2J";
  Screen screen;
  render(screen.terminal(), report(&plan), commands, 0);
  EXPECT_TRUE(screen.is_plain()) << screen.text();
}

TEST_F(Status, FillsInWhatComponentsWantShown) {
  rows = {row("a"), row("b")};
  rows[0].outputs = R"({"address": "10.0.0.5"})";
  const std::vector<Json> wanted = {
      {{"component", "lxd"}, {"label", "a"}, {"health", rows[0].address}},
      {{"component", "lxd"}, {"label", "b"}, {"health", rows[1].address}},
      {{"component", "lxd"}, {"label", "c"}, {"health", "lxd/lxd.instance/c"}},
      {{"component", "lxd"}, {"label", "url"}, {"value", {{"$dfx", {{"ref", rows[0].address}, {"path", "/address"}}}}}}};
  const auto shown = status_rows(wanted, rows, {{rows[1].address, "is gone", ""}});
  ASSERT_EQ(shown.size(), 4u);
  EXPECT_EQ(shown[0].text, "ok  10.0.0.5");
  EXPECT_EQ(shown[1].text, "has a problem");
  EXPECT_TRUE(shown[1].troubled);
  EXPECT_EQ(shown[2].text, "not there yet");
  EXPECT_EQ(shown[3].text, "10.0.0.5");
}

TEST_F(Status, IsJsonToo) {
  rows = {row("a")};
  const Json json = to_json(report());
  EXPECT_EQ(json["verdict"], "unknown");
  EXPECT_EQ(json["components"][0], (Json{{"component", "lxd"}, {"enabled", true}, {"resources", 1}, {"problems", 0}, {"pending", 0}, {"under_way", 0}}));
}

TEST_F(Status, WhatARunningApplyIsAtIsNoProblem) {
  rows = {row("a"), row("b", RecordStatus::creating), row("c", RecordStatus::waiting)};
  running = true;
  Plan plan;
  operation(plan, rows[1], Action::create);
  operation(plan, rows[2], Action::none).waits_only = true;
  for (const Plan* seen : {static_cast<const Plan*>(nullptr), static_cast<const Plan*>(&plan)}) {
    const StatusReport r = report(seen);
    EXPECT_TRUE(r.troubles.empty()) << r.troubles.front().text;
    EXPECT_EQ(r.under_way, 2u);
    EXPECT_EQ(r.components[0].under_way, 2u);
  }
  EXPECT_EQ(status_rows({{{"component", "lxd"}, {"label", "b"}, {"health", rows[1].address}}}, rows, {})[0].text, "under way");
}

TEST_F(Status, CountsProblemsOfThePlanInTheirComponent) {
  rows = {row("a")};
  Plan plan;
  plan.problems.error("plan.read-failed", "it could not be read").address = rows[0].address;
  plan.problems.error("plan.other", "something without a place");
  const StatusReport r = report(&plan);
  EXPECT_EQ(r.troubles.size(), 2u);
  ASSERT_EQ(r.components.size(), 2u);
  EXPECT_EQ(r.components[0].troubled, 1u);
  Screen screen;
  render(screen.terminal(), r, commands, 0);
  EXPECT_NE(screen.text().find("  ! something without a place\n"), std::string::npos) << screen.text();
  EXPECT_EQ(screen.text().find("! \n"), std::string::npos) << screen.text();
}

TEST_F(Status, SaysOfAHungHostThatItDidNotAnswer) {
  rows = {row("a")};
  gave_up = true;
  Plan plan;
  Diagnostic& d = plan.problems.error("http.cancelled", "a request was given up");
  d.detail = "dfx was asked to stop";
  d.error_class = ErrorClass::cancelled;
  d.address = rows[0].address;
  EXPECT_EQ(report(&plan).troubles.at(0).text, "did not answer in the time that a status gives it");
}

TEST_F(Status, SaysWhyTheLastRunFailed) {
  rows = {row("a", RecordStatus::creating), row("b")};
  failures = {{rows[0].address, "the disk is full"}, {rows[1].address, "not allowed"}};
  EXPECT_EQ(report().troubles.at(0).text, "the last run did not finish it: the disk is full");
  Plan plan;
  Operation& o = operation(plan, rows[1], Action::update);
  o.changes = {{"/cpu", 1, 2, LeafChange::Cause::config, false}};
  const StatusReport r = report(&plan);
  EXPECT_EQ(r.troubles.at(0).text, "the last run failed at it: not allowed");
  EXPECT_EQ(r.pending, 0u);
}

}  // namespace
}  // namespace dfx
