// The whole engine over stack files written in the test, plugins that are lambdas and a world in memory.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/engine/engine.hpp"
#include "core/state/sqlite_store.hpp"
#include "tests/fakes/fake_world.hpp"

namespace dfx {

class StackFixture : public testing::Test {
 protected:
  // What a plugin's `expand` answers, line by line, for a request.
  using Expand = std::function<std::vector<Json>(const Json& request)>;

  void SetUp() override {
    std::string name = (access("/dev/shm", W_OK) == 0 ? "/dev/shm" : testing::TempDir()) + "/dfx-stack-XXXXXX";
    x_dir = mkdtemp(name.data());
    store = open_sqlite_store(x_dir / "state.db");
    world.hook = [this](Function f, const Json& request, CallContext& context) -> std::optional<CallResult> {
      if (f != Function::expand) return std::nullopt;
      requests[context.component] = request;
      const auto found = x_expands.find(context.plugin);
      if (found == x_expands.end()) return CallResult{CallStatus::ok, "", {}};
      std::string out;
      for (const Json& line : found->second(request)) out += line.is_string() ? line.get<std::string>() + "\n" : canonical(line) + "\n";
      return CallResult{CallStatus::ok, out, {}};
    };
  }
  void TearDown() override { std::filesystem::remove_all(x_dir); }

  void add_plugin(const std::string& name, Json manifest, Expand expand = {}) {
    manifest.update({{"manifest", 1}, {"name", name}, {"version", "1"}, {"abi_major", 0}});
    if (!manifest.contains("settings")) manifest["settings"] = {{"type", "object"}, {"additionalProperties", true}};
    x_manifests.insert_or_assign(name, manifest_from_json(manifest));
    for (const Json& kind : manifest.value("kinds", Json::array())) world.add_kind(kind);
    if (expand) x_expands[name] = std::move(expand);
  }
  // One resource of kind t.item for each member of the setting `items`.
  static std::vector<Json> items(const Json& request) {
    std::vector<Json> out;
    for (const auto& [name, desired] : request.at("settings").at("items").items())
      out.push_back({{"resource", {{"kind", "t.item"}, {"name", name}, {"desired", desired}}}});
    return out;
  }

  EngineParts parts() {
    EngineParts p;
    p.host = &world;
    p.use_plugin = [this](const std::string& name) -> const Manifest& {
      const auto found = x_manifests.find(name);
      if (found == x_manifests.end()) throw Error("plugin.not-installed", "no such plugin", name);
      return found->second;
    };
    p.installed = [this] {
      std::vector<const Manifest*> out;
      for (const auto& [name, manifest] : x_manifests) out.push_back(&manifest);
      return out;
    };
    p.secret_version = [](const std::string& secret) { return "v-of-" + secret; };
    p.capability_folders = {x_dir / "capabilities"};
    return p;
  }
  Engine& engine(const std::string& components, const std::optional<std::string>& environment = std::nullopt) {
    Diagnostics warnings;
    x_stack = std::make_unique<Stack>(load_stack_text("dfx: 1\nstack: test\n" + components, "stack.yaml", environment, warnings));
    x_engine = std::make_unique<Engine>(parts(), *x_stack, store.get());
    return *x_engine;
  }
  // The problems of expanding; empty if there are none.
  Diagnostics problems(const std::string& components, const std::optional<std::string>& environment = std::nullopt) {
    try {
      engine(components, environment).expand();
    } catch (const Error& e) {
      return e.diagnostics();
    }
    return {};
  }
  RunResult apply(const std::string& components, const std::optional<std::string>& environment = std::nullopt) {
    Engine& e = engine(components, environment);
    Plan plan = e.plan({});
    for (const Diagnostic& d : plan.problems.list()) ADD_FAILURE() << d.code << ": " << d.detail;
    return e.apply(plan, "apply", events, {});
  }
  static std::vector<std::string> addresses(const Expanded& expanded) {
    std::vector<std::string> out;
    for (const Resource& r : expanded.resources) out.push_back(r.address);
    return out;
  }

  struct Events : EventSink {
    void take(const Event&) override {}
  };

  fakes::FakeWorld world;
  std::unique_ptr<Store> store;
  std::map<std::string, Json> requests;  // the last expand of each component
  Events events;
  std::filesystem::path x_dir;

 private:
  std::map<std::string, Manifest> x_manifests;
  std::map<std::string, Expand> x_expands;
  std::unique_ptr<Stack> x_stack;
  std::unique_ptr<Engine> x_engine;
};

}  // namespace dfx
