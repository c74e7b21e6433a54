// plan and exec over a world in memory and a store on disk: one `apply()` is one run of dfx without its shell.
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>

#include "core/exec/executor.hpp"
#include "core/plan/planner.hpp"
#include "core/state/sqlite_store.hpp"
#include "tests/fakes/fake_world.hpp"

namespace dfx {

class EngineFixture : public testing::Test {
 protected:
  void SetUp() override {
    // In memory where the system offers it: histories make thousands of durable commits.
    const bool shared_memory = access("/dev/shm", W_OK) == 0;
    std::string name = (shared_memory ? "/dev/shm" : testing::TempDir()) + "/dfx-engine-XXXXXX";
    x_dir = mkdtemp(name.data());
    options.first_pause = std::chrono::milliseconds(1);
    reopen();
  }
  void TearDown() override { std::filesystem::remove_all(x_dir); }
  void reopen() { store = open_sqlite_store(x_dir / "test.db"); }

  static Resource item(const std::string& name, const Json& desired = Json::object(),
                       const std::vector<std::string>& needs = {}, const std::string& kind = "t.item") {
    Resource r;
    r.component = "c";
    r.kind = kind;
    r.address = "c/" + kind + "/" + name;
    r.desired = canonical(desired);
    for (const std::string& n : needs) r.edges.push_back({n.find('/') == std::string::npos ? "c/t.item/" + n : n, EdgeKind::needs});
    for (const std::string& to : references_in(r.desired)) r.edges.push_back({to, EdgeKind::needs});
    return r;
  }
  static Json ref(const std::string& name, const std::string& path = "/id") {
    return {{"$dfx", {{"ref", "c/t.item/" + name}, {"path", path}}}};
  }

  Caller& caller() {
    x_caller = std::make_unique<Caller>(world, nullptr, store->stack_id(), environment);
    return *x_caller;
  }
  Plan plan() {
    PlanRequest request;
    request.stack = "test";
    request.desired = stack;
    request.records = store->load();
    request.replace = replace;
    request.policies = policies;
    request.moves = moves;
    request.validate = validate;
    request.disabled = disabled;
    request.destroy = stack.empty();
    return make_plan(caller(), std::move(request));
  }
  RunResult run(Plan& p) {
    const auto id = store->begin_run("apply");
    RunResult result = execute(*x_caller, *store, p, options, events, drain.get_token());
    store->finish_run(id, result.complete() ? "ok" : "failed");
    return result;
  }
  RunResult apply() {
    Plan p = plan();
    EXPECT_FALSE(p.problems.has_errors()) << (p.problems.empty() ? "" : p.problems.list()[0].detail);
    return run(p);
  }
  static const Operation* find(const Plan& p, const std::string& name) {
    for (const Operation& o : p.operations)
      if (p.address(p.entries[o.entry]) == "c/t.item/" + name || p.address(p.entries[o.entry]) == name) return &o;
    return nullptr;
  }
  static Action action(const Plan& p, const std::string& name) {
    const Operation* o = find(p, name);
    return o == nullptr ? Action::none : o->action;
  }

  // Made once in each life: no create without a delete in between.
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

  struct Events : EventSink {
    void take(const Event& e) override { list.push_back(e); }
    std::vector<Event> list;
  };

  fakes::FakeWorld world;
  std::unique_ptr<Store> store;
  std::string environment = "home";
  std::vector<Resource> stack;
  std::set<std::string> replace;
  std::set<std::string> disabled;
  std::map<std::string, ComponentPolicy> policies;
  std::vector<Move> moves;
  std::function<Diagnostics(const Kind&, std::string_view desired)> validate;
  ExecOptions options;
  Events events;
  std::stop_source drain;

  std::filesystem::path x_dir;
  std::unique_ptr<Caller> x_caller;
};

}  // namespace dfx
