// A home of two simulated LXD hosts: each run opens everything anew, as a process would. `hand` is somebody
// with lxc.
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "cli/workspace.hpp"
#include "core/plan/plan.hpp"
#include "sandbox/world.hpp"
#include "tests/contract/lxd/client.hpp"

namespace dfx {

class Home : public testing::Test {
 protected:
  Home() {
    std::string name = testing::TempDir() + "/dfx-lxd-XXXXXX";
    x_folder = mkdtemp(name.data());
    bend(R"([])");
  }
  ~Home() override { std::filesystem::remove_all(x_folder); }

  // Three machines: a (none if empty) and b on kkh, c (a virtual machine) on kkh2; `more` goes into the
  // component, `environments` below.
  void write(const std::string& a = "{host: kkh, cpu: 1, memory: 1GiB, address: 192.168.0.161/24}",
             const std::string& more = "", const std::string& environments = "") {
    std::ofstream(x_folder / "stack.yaml") << R"(dfx: 1
stack: home
components:
  lxd:
    hosts:
      kkh: {url: "https://192.168.0.10:8443"}
      kkh2: {url: "https://192.168.0.12:8443"}
    defaults: {image: ubuntu/24.04, network: {parent: br0, gateway: 192.168.0.1}}
    machines:
)" << (a.empty() ? "" : "      a: " + a + "\n")
                                           << R"(      b: {host: kkh, address: 192.168.0.162/24}
      c: {host: kkh2, type: virtual-machine, memory: 2GiB, disk: 20GiB, address: 192.168.0.163/24}
)" << more << "default_environment: sandbox\nenvironments:\n  sandbox: {sandbox: true}\n"
                                           << environments;
  }

  struct Run {
    Plan plan;
    RunResult result;
    std::vector<Event> events;
  };
  // One run of `dfx apply` or `dfx destroy`.
  Run run(bool destroy = false, const std::string& environment = "sandbox") {
    Workspace workspace = open(environment);
    Engine& engine = workspace.engine(Access::write);
    Run out{engine.plan(options(destroy)), {}, {}};
    if (out.plan.problems.has_errors()) {
      out.result.problems = out.plan.problems;
      out.result.failed = 1;
      return out;
    }
    Sink sink{out.events};
    out.result = engine.apply(out.plan, destroy ? "destroy" : "apply", sink, {});
    return out;
  }
  Run apply() { return run(); }
  void apply_well() {
    const Run done = run();
    for (const Diagnostic& d : done.result.problems.list()) ADD_FAILURE() << d.code << ": " << d.detail;
    ASSERT_TRUE(done.result.complete());
  }
  Plan plan(const std::string& environment = "sandbox") {
    Workspace workspace = open(environment);
    return workspace.engine(Access::read).plan(options(false));
  }
  // "update lxd/lxd.instance/a", in the plan's order.
  static std::vector<std::string> changes(const Plan& plan) {
    std::vector<std::string> out;
    for (const Operation& o : plan.operations)
      if (o.action != Action::none || !o.blocked.empty())
        out.push_back(std::string(o.blocked.empty() ? to_string(o.action) : "blocked") + " " +
                      plan.address(plan.entries[o.entry]));
    return out;
  }
  static const Operation* find(const Plan& plan, const std::string& address) {
    const auto found = plan.index.find(address);
    if (found == plan.index.end() || plan.entries[found->second].operation < 0) return nullptr;
    return &plan.operations[static_cast<std::size_t>(plan.entries[found->second].operation)];
  }
  // The problem of an address; an empty one if there is none.
  static Diagnostic problem(const Run& run, const std::string& address) {
    for (const Diagnostic& d : run.result.problems.list())
      if (d.address == address) return d;
    return {};
  }

  // Quick machines, and what the test says on top: rules as in sandbox/faults.hpp.
  void bend(const std::string& rules) {
    world().set_faults(parse_json(
        R"({"latency": {"create": 0.02, "start": 0.01, "address": 0.01, "cloud_init": 0.02, "stop": 0.01,
      "remove": 0.01, "image": 0.01, "update": 0, "exec": 0}, "rules": )" +
        rules + "}"));
  }
  sandbox::World& world() {
    if (!x_world) {
      x_world = std::make_unique<sandbox::World>(x_folder / ".dfx" / "sandbox");
      for (const char* origin : {"https://192.168.0.10:8443", "https://192.168.0.12:8443"}) {
        x_world->serve("lxd", origin);
        x_world->trust(origin, x_identity.certificate);
      }
    }
    return *x_world;
  }
  contract::Client hand(const std::string& host = "192.168.0.10") {
    const auto endpoint = world().route(host, 8443);
    return {endpoint->host, std::to_string(endpoint->port), x_identity};
  }
  // Names of the instances of a host, sorted.
  std::vector<std::string> instances(const std::string& host) {
    std::vector<std::string> out;
    const contract::Answer list = hand(host).get("/1.0/instances?recursion=1");
    for (const Json& i : list.metadata()) out.push_back(i["name"]);
    std::sort(out.begin(), out.end());
    return out;
  }
  Json instance(const std::string& name, const std::string& host = "192.168.0.10") {
    return hand(host).get("/1.0/instances/" + name).metadata();
  }
  void change_by_hand(const std::string& name, const Json& patch, const std::string& host = "192.168.0.10") {
    ASSERT_EQ(hand(host).patch("/1.0/instances/" + name, patch).status, 200);
  }
  void delete_by_hand(const std::string& name, const std::string& host = "192.168.0.10") {
    const contract::Client client = hand(host);
    client.finish(client.put("/1.0/instances/" + name + "/state", {{"action", "stop"}, {"force", true}}));
    client.finish(client.remove("/1.0/instances/" + name));
  }

  using Names = std::vector<std::string>;

 private:
  struct Sink : EventSink {
    explicit Sink(std::vector<Event>& to) : list(to) {}
    void take(const Event& e) override { list.push_back(e); }
    std::vector<Event>& list;
  };
  Workspace open(const std::string& environment) {
    WorkspaceOptions o;
    o.stack_file = x_folder / "stack.yaml";
    o.environment = environment;
    o.plugin_path = {DFX_PLUGIN_DIR};
    return Workspace(std::move(o));
  }
  static PlanOptions options(bool destroy) {
    PlanOptions o;
    o.destroy = destroy;
    return o;
  }

  std::filesystem::path x_folder;
  const contract::Identity x_identity = contract::make_identity("hand");
  std::unique_ptr<sandbox::World> x_world;
};

}  // namespace dfx
