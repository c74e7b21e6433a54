// The whole boundary at once: three plugins as shared libraries, PluginHost, Engine and the SQLite store over a far side
// in the test.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "core/engine/engine.hpp"
#include "core/plugin/plugin_host.hpp"
#include "core/state/sqlite_store.hpp"
#include "tests/fakes/memory_vault.hpp"
#include "tests/plugins/proof/far_side.hpp"

namespace dfx::proof {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_machine = "proof-machines/proof.machine/a";
constexpr const char* k_note = "proof-site/proof-site.note/a";
constexpr const char* k_canary = "canary-token-of-machine-1";

class Events : public EventSink {
 public:
  void take(const Event& event) override {
    if (event.type == Event::Type::progress) said.push_back(event.message);
  }
  std::vector<std::string> said;
};

class Proof : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/dfx-proof-XXXXXX";
    folder = mkdtemp(name.data());
    store = open_sqlite_store(folder / "proof.db");
    ASSERT_TRUE(catalog.problems().empty()) << catalog.problems().list().front().detail;
  }
  void TearDown() override {
    store.reset();
    fs::remove_all(folder);
  }

  static std::string stack_text(const std::string& machines, const std::string& site = "greeting: Hello") {
    return "dfx: 1\nstack: proof\ncomponents:\n  proof-machines: {url: 'http://cloud', machines: {" + machines +
           "}}\n  proof-names: {url: 'http://names', zone: example.test}\n  proof-site: {" + site + "}\n";
  }
  static constexpr const char* k_one = "a: {memory: 512, image: debian}";

  // One run of dfx without its shell: fresh engine, the same store, world and vault.
  struct Run {
    Run(Proof& proof, const std::string& text)
        : stack(load_stack_text(text, "stack.yaml", std::nullopt, warnings)), engine(proof.parts(), stack, proof.store.get()) {}
    Diagnostics warnings;
    Stack stack;
    Engine engine;
    Events events;
  };

  EngineParts parts() {
    EngineParts p;
    p.host = &plugins;
    p.secrets = &vault;
    p.use_plugin = [this](const std::string& name) -> const Manifest& {
      const InstalledPlugin* plugin = catalog.find(name);
      if (plugin == nullptr) throw Error("plugin.not-installed", "a plugin is not installed", name);
      plugins.use(*plugin);
      return plugin->manifest;
    };
    p.installed = [this] {
      std::vector<const Manifest*> out;
      for (const InstalledPlugin& plugin : catalog.plugins()) out.push_back(&plugin.manifest);
      return out;
    };
    return p;
  }

  Plan plan(const std::string& text, const PlanOptions& options = {}) {
    Run run(*this, text);
    return run.engine.plan(options);
  }

  RunResult apply(const std::string& text, const PlanOptions& options = {}) {
    Run run(*this, text);
    Plan p = run.engine.plan(options);
    EXPECT_EQ(words(p.problems), std::vector<std::string>());
    RunResult result = run.engine.apply(p, "apply", run.events, {});
    said = run.events.said;
    return result;
  }

  static std::vector<std::string> words(const Diagnostics& problems) {
    std::vector<std::string> out;
    for (const Diagnostic& d : problems.list()) out.push_back(d.code + " | " + d.detail);
    return out;
  }

  static const Operation* find(const Plan& p, const std::string& address) {
    for (const Operation& o : p.operations)
      if (p.address(p.entries[o.entry]) == address) return &o;
    return nullptr;
  }

  // Everything that this run has written to disk.
  std::string written() const {
    std::string out;
    for (const auto& entry : fs::directory_iterator(folder)) {
      std::ifstream in(entry.path(), std::ios::binary);
      out.append(std::istreambuf_iterator<char>(in), {});
    }
    return out;
  }

  FarSide far_side;
  fakes::MemoryVault vault;
  Catalog catalog{{DFX_PROOF_PLUGINS}};
  PluginHost plugins{far_side.host(), {.catalog = &catalog}};
  fs::path folder;
  std::unique_ptr<Store> store;
  std::vector<std::string> said;
};

}  // namespace

TEST_F(Proof, OneRunMakesAMachineAndReachesIntoIt) {
  const Plan p = plan(stack_text(k_one));
  EXPECT_EQ(words(p.problems), std::vector<std::string>());
  EXPECT_EQ(find(p, k_machine)->action, Action::create);
  EXPECT_EQ(find(p, k_note)->confidence, Confidence::deferred) << "its connection is not known before the machine exists";
  EXPECT_TRUE(far_side.log.empty()) << "a plan changes nothing";

  const RunResult result = apply(stack_text(k_one));
  EXPECT_EQ(words(result.problems), std::vector<std::string>());
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(result.created, 3u);
  EXPECT_EQ(far_side.log, (std::vector<std::string>{"PUT http://cloud/machines/a", far_side.log.at(1), far_side.log.at(2)}));
  EXPECT_EQ(far_side.objects.at("http://10.0.0.1/notes/a").at("desired"),
            (Json{{"name", "a"}, {"text", "Hello from 10.0.0.1 alias a.example.test"}, {"password", k_canary}}));
  EXPECT_EQ(far_side.objects.at("http://names/records/a").at("desired").at("address"), "10.0.0.1");
  EXPECT_EQ(far_side.objects.at("http://cloud/machines/a").at("desired").at("image"), "f00d") << "from the lookup";
}

TEST_F(Proof, ASecondRunChangesNothing) {
  apply(stack_text(k_one));
  const auto before = far_side.log;
  const Plan again = plan(stack_text(k_one));
  EXPECT_FALSE(again.has_changes());
  EXPECT_TRUE(apply(stack_text(k_one)).complete());
  EXPECT_EQ(far_side.log, before);
}

TEST_F(Proof, ASecretOutputIsSealedAndStillArrives) {
  apply(stack_text(k_one));
  EXPECT_EQ(vault.reveal(std::string(k_machine) + "#/token"), k_canary);
  const std::string disk = written();
  EXPECT_NE(disk.find("10.0.0.1"), std::string::npos) << "the outputs are in the store";
  EXPECT_EQ(disk.find(k_canary), std::string::npos);
  EXPECT_EQ(store->find(k_machine)->outputs.find(k_canary), std::string::npos);
}

TEST_F(Proof, ANewSecretIsAChangeOfWhatUsesIt) {
  apply(stack_text(k_one));
  far_side.objects.at("http://cloud/machines/a")["token"] = "canary-token-that-was-rotated";
  const Plan p = plan(stack_text(k_one));
  ASSERT_NE(find(p, k_note), nullptr);
  EXPECT_EQ(find(p, k_note)->action, Action::update);
  apply(stack_text(k_one));
  EXPECT_EQ(far_side.objects.at("http://10.0.0.1/notes/a").at("desired").at("password"), "canary-token-that-was-rotated");
}

TEST_F(Proof, APlanOfTheKindsOwnIsADryRun) {
  apply(stack_text(k_one));
  const auto before = far_side.log;
  const Plan p = plan(stack_text("a: {memory: 1024, image: debian}"));
  EXPECT_EQ(words(p.problems), std::vector<std::string>());
  EXPECT_EQ(find(p, k_machine)->action, Action::update);
  EXPECT_TRUE(find(p, k_machine)->restarts);
  EXPECT_EQ(find(p, k_machine)->reasons.back().text, "memory cannot be changed while it runs");
  EXPECT_EQ(far_side.dry_runs.back(), "http://cloud/machines/a?dry_run=1");
  EXPECT_EQ(far_side.log, before);
}

TEST_F(Proof, APlanThatWouldWriteIsRefused) {
  const Plan p = plan(stack_text("a: {memory: 512, image: debian, sneaky: true}"));
  ASSERT_TRUE(p.problems.has_errors());
  EXPECT_EQ(words(p.problems), std::vector<std::string>{"proof.effect | PUT http://cloud/machines/a during plan"});
  EXPECT_TRUE(far_side.log.empty());
}

TEST_F(Proof, AnExpandThatLooksAtTheWorldIsRefused) {
  try {
    plan(stack_text(k_one, "greeting: Hello, peek: 'http://cloud/images/debian'"));
    FAIL() << "it was allowed to look";
  } catch (const Error& e) {
    EXPECT_EQ(words(e.diagnostics()), std::vector<std::string>{"proof.effect | GET http://cloud/images/debian during expand"});
  }
}

TEST_F(Proof, ACheckThatFailsStopsThePlan) {
  far_side.objects["http://cloud/taken/a"] = {{"by", "the neighbours"}};
  EXPECT_EQ(words(plan(stack_text(k_one)).problems),
            std::vector<std::string>{"plan.check-failed | a belongs to the neighbours"});
}

TEST_F(Proof, ALookupThatFindsNothingStopsThePlan) {
  EXPECT_EQ(words(plan(stack_text("a: {memory: 512, image: plan9}")).problems),
            std::vector<std::string>{"plan.lookup-failed | there is no image plan9"});
}

TEST_F(Proof, ARowOfAnOlderSchemaIsMigrated) {
  apply(stack_text(k_one));
  Change older;
  older.record = *store->find(k_machine);
  older.record.schema_version = 1;
  older.record.desired = older.record.applied = R"({"image":"f00d","mem":"512MB","name":"a"})";
  store->begin_run("an older dfx");
  store->commit(std::span(&older, 1));
  const Plan p = plan(stack_text(k_one));
  EXPECT_EQ(words(p.problems), std::vector<std::string>());
  EXPECT_FALSE(p.has_changes());
  apply(stack_text(k_one));
  EXPECT_EQ(store->find(k_machine)->schema_version, 2);
}

TEST_F(Proof, AnAnswerThatIsLostIsLookedForNotRepeated) {
  far_side.lose_answer = {"PUT http://cloud/machines/a"};
  const RunResult result = apply(stack_text(k_one));
  EXPECT_TRUE(result.complete());
  EXPECT_EQ(std::count(far_side.log.begin(), far_side.log.end(), "PUT http://cloud/machines/a"), 1);
}

TEST_F(Proof, CheckpointsAndProgressArriveBeforeTheEnd) {
  apply(stack_text(k_one));
  EXPECT_EQ(std::count(far_side.checkpoints.begin(), far_side.checkpoints.end(), R"({"putting":"a"})"), 3);
  EXPECT_EQ(said, (std::vector<std::string>{"it boots", "it is up"}));
}

TEST_F(Proof, AKindsOwnerNeedsNoComponentOfItsOwn) {
  const std::string alone = "dfx: 1\nstack: proof\ncomponents: {proof-alias: {name: www, address: 10.9.9.9}}\n";
  EXPECT_TRUE(apply(alone).complete());
  EXPECT_TRUE(plugins.in_use("proof-names"));
  EXPECT_EQ(far_side.objects.at("http://names/records/www").at("desired").at("address"), "10.9.9.9");
}

TEST_F(Proof, DestroyTakesTheNoteBeforeItsMachine) {
  apply(stack_text(k_one));
  far_side.log.clear();
  PlanOptions destroy;
  destroy.destroy = true;
  EXPECT_TRUE(apply(stack_text(k_one), destroy).complete());
  EXPECT_EQ(far_side.log.size(), 3u);
  EXPECT_EQ(far_side.log.back(), "DELETE http://cloud/machines/a");
  EXPECT_TRUE(store->load().empty());
}

// The interesting part of this one is what ThreadSanitizer says.
TEST_F(Proof, CallsAreReentrantFromManyThreads) {
  plugins.use(*catalog.find("proof-machines"));
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 25; ++i) {
          const std::string name = std::to_string(t) + "-" + std::to_string(i);
          CallContext context;
          context.address = "c/proof.machine/" + name;
          context.secrets = &vault;
          context.checkpoint = [](std::string_view) {};
          const Json desired = {{"name", name}, {"memory", 1}, {"image", "f00d"}};
          const Json marker = {{"stack", "s"}, {"environment", "e"}};
          const Json item = {{"address", context.address}, {"identity", name}, {"desired", desired}, {"outputs", nullptr}};
          const auto call = [&](Function function, Json request) {
            request.update({{"kind", "proof.machine"}, {"connection", {{"url", "http://cloud"}}}, {"marker", marker}});
            const CallResult result = plugins.call("proof-machines", function, context, canonical(request));
            good += result.status == CallStatus::ok ? 1 : 0;
            return result.response;
          };
          call(Function::apply, {{"action", "create"}, {"desired", desired}});
          call(Function::health, {{"items", {item}}});
          const std::string seen = call(Function::read, {{"items", {item}}});
          EXPECT_NE(seen.find("#/token"), std::string::npos) << seen;
          call(Function::normalize, {{"desired", desired}});
        }
      });
  }
  EXPECT_EQ(good, 8 * 25 * 4);
  EXPECT_EQ(vault.values().size(), 200u);
}

}  // namespace dfx::proof
