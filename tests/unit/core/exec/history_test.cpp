// Random histories against the simplest possible reference: edits, renames, components switched off, drift, kills, silent
// hosts, answers that nobody can tell. After a run that comes to its end the world holds exactly what the stack wants,
// each object made once, after what it needs; a further plan is empty; a destroy leaves nothing.
#include <cstdlib>
#include <random>
#include <thread>

#include "tests/unit/core/exec/engine_fixture.hpp"
#include "tests/unit/core/exec/mortal_store.hpp"

namespace dfx {
namespace {

constexpr int k_slots = 8;    // resources by number; what a slot is called changes
constexpr int k_parents = 5;  // only the first ones contain or host others, and those keep their names

class History : public EngineFixture {
 protected:
  void SetUp() override {
    EngineFixture::SetUp();
    const Json fixed = {{"x-dfx-immutable", true}};
    world.add_kind({{"kind", "t.item"}, {"schema", {{"properties", {{"image", fixed}, {"place", fixed}}}}}});
    for (int i = 0; i < k_slots; ++i) x_names.push_back("n" + std::to_string(i));
    // Completion in another order than that of the start.
    world.before = [this](Function f, const Json&) {
      if (f != Function::apply) return;
      for (unsigned i = x_yields.fetch_add(7) % 40; i > 0; --i) std::this_thread::yield();
    };
    world.hook = [this](Function f, const Json& request, CallContext&) -> std::optional<CallResult> {
      if (f == Function::apply) check_order(request);
      return f == Function::apply && chance(12) ? std::optional(doubt()) : std::nullopt;
    };
    world.after = [this](Function f, const Json& request, CallResult& result) {
      if (f != Function::apply || result.status != CallStatus::ok) return;
      if (request.at("action") == "delete") bury(request.at("address"));
      if (request.at("action") == "create") x_originals.erase(request.at("address"));
      if (request.at("action") != "delete") x_edges[request.at("address")] = edges_of(request.at("address"));
      if (chance(12)) result = doubt();
    };
  }

  int pick(int below) { return static_cast<int>(x_random() % static_cast<unsigned>(below)); }
  bool chance(int one_in) { return x_lies && pick(one_in) == 0; }
  static CallResult doubt() { return {CallStatus::in_doubt, "", {}}; }

  // --- the world's own rules

  std::vector<Edge> edges_of(const std::string& address) const {
    for (const Resource& r : stack)
      if (r.address == address) return r.edges;
    return {};
  }
  // What is made finds all that it needs; what is taken away in a destroy has nobody left who needs it.
  void check_order(const Json& request) {
    const std::string address = request.at("address"), action = request.at("action");
    if (action == "create") {
      for (const Edge& edge : edges_of(address)) EXPECT_TRUE(is_there(edge.to)) << address << " before " << edge.to;
    }
    if (action != "delete" || !stack.empty()) return;
    for (const auto& [user, edges] : x_edges)
      for (const Edge& edge : edges)
        EXPECT_FALSE(edge.to == address && edge.kind != EdgeKind::contained_in && is_there(user)) << address << " before " << user;
  }
  bool is_there(const std::string& address) const {
    const auto original = x_originals.find(address);
    return world.objects.count(original == x_originals.end() ? address : original->second) != 0;
  }
  // A container's death.
  void bury(const std::string& address) {
    std::vector<std::string> inside;
    for (const auto& [child, edges] : x_edges)
      for (const Edge& edge : edges)
        if (edge.kind == EdgeKind::contained_in && edge.to == address) inside.push_back(child);
    x_edges.erase(address);
    for (const std::string& child : inside) {
      world.objects.erase(x_originals.count(child) != 0 ? x_originals[child] : child);
      world.log.push_back("delete " + child);
      bury(child);
    }
  }

  // --- what people do

  void edit() {
    stack.clear();
    disabled.clear();
    const bool off = pick(4) == 0;
    if (off) disabled.insert("d");
    std::vector<int> there;
    for (int i = 0; i < k_slots; ++i) {
      const bool second = i % 3 == 2;
      if (pick(4) == 0 || (second && off)) continue;
      Json desired = {{"size", pick(3)}, {"image", pick(8) == 0 ? "new" : "old"}};
      Resource r = item(x_names[static_cast<std::size_t>(i)], desired);
      if (second) rename_component(r);
      r.connection = R"({"host":"h)" + std::to_string(i % 3) + R"("})";
      if (!there.empty() && pick(2) == 0) connect(r, address_of(there[static_cast<std::size_t>(pick(static_cast<int>(there.size())))]));
      if (i < k_parents) there.push_back(i);
      stack.push_back(std::move(r));
    }
  }
  static void rename_component(Resource& r) {
    r.component = "d";
    r.address[0] = 'd';
  }
  std::string address_of(int slot) const {
    return std::string(slot % 3 == 2 ? "d" : "c") + "/t.item/" + x_names[static_cast<std::size_t>(slot)];
  }
  void connect(Resource& r, const std::string& to) {
    const int way = pick(4);
    r.edges = {{to, way == 0 ? EdgeKind::contained_in : way == 1 ? EdgeKind::hosted_on : EdgeKind::needs}};
    Json desired = parse_json(r.desired);
    if (way < 2) desired["place"] = to_string(r.edges[0].kind) + (" " + to);
    else desired["from"] = {{"$dfx", {{"ref", to}, {"path", "/id"}}}};
    r.desired = canonical(desired);
  }
  void rename() {
    const int slot = k_parents + pick(k_slots - k_parents);
    const std::string before = address_of(slot);
    x_names[static_cast<std::size_t>(slot)] = "n" + std::to_string(slot) + "-" + std::to_string(++x_renames);
    const std::string now = address_of(slot);
    moves.push_back({before, now});
    x_originals[now] = x_originals.count(before) != 0 ? x_originals[before] : before;
    if (auto edges = x_edges.extract(before); !edges.empty()) {
      edges.key() = now;
      x_edges.insert(std::move(edges));
    }
    // If it is not there any more, whatever is made next is a new object.
    if (!is_there(now)) x_originals.erase(now);
  }
  void drift() {
    for (auto& [key, object] : world.objects)
      if (pick(4) == 0) object.desired["size"] = 99;
    if (world.objects.empty() || pick(3) != 0) return;
    const std::string key = world.objects.begin()->first;
    std::string address = key;
    for (const auto& [now, original] : x_originals)
      if (original == key) address = now;
    world.log.push_back("delete " + address);
    world.objects.erase(key);
    bury(address);
  }

  // --- runs

  // True if the run came to its end with everything done.
  bool run_until(int commits, bool after) {
    Plan p = plan();
    for (const Diagnostic& d : p.problems.list()) ADD_FAILURE() << d.code << ": " << d.detail;
    MortalStore mortal(*store, commits, after);
    mortal.begin_run("apply");
    try {
      last = execute(*x_caller, mortal, p, options, events, {});
      return !mortal.died && last.complete();
    } catch (const Killed&) {
      reopen();
      return false;
    }
  }
  void expect_world_as_wanted() {
    EXPECT_EQ(world.objects.size(), stack.size());
    EXPECT_EQ(store->load().size(), stack.size());
    for (const Resource& r : stack) {
      const auto row = store->find(r.address);
      if (!row) {
        ADD_FAILURE() << r.address << " has no row";
        continue;
      }
      const auto found = world.objects.find(parse_json(row->identity).get<std::string>());
      if (found == world.objects.end()) {
        ADD_FAILURE() << r.address << " is not there";
        continue;
      }
      EXPECT_EQ(found->second.desired["size"], parse_json(r.desired)["size"]) << r.address;
      EXPECT_EQ(row->status, RecordStatus::ok) << r.address;
    }
    EXPECT_FALSE(plan().has_work());
    expect_no_duplicates();
  }
  void be_patient(std::chrono::milliseconds timeout) {
    for (const char* component : {"c", "d"}) options.timeouts[component] = {timeout, timeout, timeout};
  }
  void finish() {
    x_lies = false;
    be_patient(std::chrono::seconds(10));
    world.unreachable.clear();
    EXPECT_TRUE(run_until(-1, false));
    for (const Diagnostic& d : last.problems.list()) ADD_FAILURE() << d.address << ": " << d.code << ": " << d.detail;
    expect_world_as_wanted();
  }
  // For whoever looks at a failure: the stack, then everything that happened to the world.
  void tell() const {
    std::string out;
    for (const Resource& r : stack) {
      out += r.address + " " + r.desired;
      for (const Edge& edge : r.edges) out += std::string(" ") + to_string(edge.kind) + " " + edge.to;
      out += "\n";
    }
    for (const std::string& line : world.log) out += line + "\n";
    ADD_FAILURE() << out;
  }
  void live(int rounds) {
    for (int round = 0; round < rounds && !HasFailure(); ++round) {
      if (pick(3) == 0) rename();
      edit();
      world.log.push_back("(round " + std::to_string(round) + ")");
      drift();
      x_lies = true;
      if (pick(3) == 0) world.unreachable = {R"({"host":"h)" + std::to_string(pick(3)) + R"("})"};
      be_patient(std::chrono::milliseconds(world.unreachable.empty() ? 10'000 : 20));
      for (int tries = 0; tries < 3 && !run_until(pick(12), pick(2) == 0); ++tries) {}
      finish();
    }
    stack.clear();
    x_lies = true;
    run_until(pick(12), pick(2) == 0);
    finish();
    EXPECT_TRUE(world.objects.empty());
    if (HasFailure()) tell();
  }

  std::mt19937 x_random;  // guarded by the world's lock while a run goes on
  RunResult last;

 private:
  std::vector<std::string> x_names;
  std::map<std::string, std::string> x_originals;       // address now -> key in the world, of what was renamed
  std::map<std::string, std::vector<Edge>> x_edges;     // of what is there
  std::atomic<unsigned> x_yields{0};
  std::atomic<bool> x_lies{false};
  int x_renames = 0;
};

class HistoryTest : public History, public testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(Seeds, HistoryTest, testing::Range(1, std::getenv("DFX_TEST_FULL") != nullptr ? 401 : 31));

TEST_P(HistoryTest, EndsInTheWantedWorld) {
  x_random.seed(static_cast<unsigned>(GetParam()));
  options.parallelism = 1 + static_cast<unsigned>(GetParam()) % 6;
  live(8);
}

}  // namespace
}  // namespace dfx
