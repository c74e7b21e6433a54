// The order of work. What is made follows today's references; what is taken away follows the recorded ones, backwards.
#include <algorithm>

#include "core/plan/planner.hpp"

namespace dfx {
namespace {

constexpr std::int64_t k_no_step = -1;

class Ordering {
 public:
  explicit Ordering(Plan& plan)
      : x_plan(plan), x_make(plan.entries.size(), k_no_step), x_remove(plan.entries.size(), k_no_step) {}

  void build() {
    for (std::uint32_t i = 0; i < x_plan.operations.size(); ++i) add_steps(i);
    for (const Operation& operation : x_plan.operations) add_edges(operation.entry);
    x_plan.order = graph();
    const std::vector<NodeId> order = x_plan.order.topological_order();
    if (order.size() == x_plan.steps.size()) return;
    // A ring can only close through "keep the old one until its users have moved on": those wishes give way.
    std::vector<bool> free(x_plan.steps.size(), false);
    for (NodeId n : order) free[n] = true;
    std::erase_if(x_wishes, [&](const Pair& wish) { return !free[wish.first] && !free[wish.second]; });
    x_plan.order = graph();
  }

 private:
  using Pair = std::pair<NodeId, NodeId>;

  void add_steps(std::uint32_t id) {
    const Operation& operation = x_plan.operations[id];
    const Entry& entry = x_plan.entries[operation.entry];
    if (entry.operation != static_cast<std::int32_t>(id)) return;
    const Mode mode = entry.kind->mode;
    if (mode != Mode::managed) {
      x_make[operation.entry] = add({Step::Kind::look, id});
      return;
    }
    const Action action = operation.action;
    const bool removes = action == Action::remove || action == Action::forget || action == Action::replace;
    if (removes) x_remove[operation.entry] = add({Step::Kind::remove, id});
    if (!removes || action == Action::replace) x_make[operation.entry] = add({Step::Kind::make, id});
    if (action == Action::replace) edge(x_remove[operation.entry], x_make[operation.entry]);
  }

  std::int64_t add(Step step) {
    x_plan.steps.push_back(step);
    return static_cast<std::int64_t>(x_plan.steps.size()) - 1;
  }

  void add_edges(std::uint32_t id) {
    const Entry& entry = x_plan.entries[id];
    if (const Resource* resource = x_plan.resource(entry))
      for (const Edge& needed : resource->edges) edge(x_make[x_plan.index.at(needed.to)], x_make[id]);
    const Record* record = x_plan.record(entry);
    if (record == nullptr) return;
    if (is_implied(id)) {
      // Its row goes once its container is gone, not before. Nothing else waits for a removal that is no call.
      edge(x_remove[x_plan.index.at(operation_of(id).container)], x_remove[id]);
      return;
    }
    for (const Edge& needed : record->edges) {
      const auto found = x_plan.index.find(needed.to);
      if (found == x_plan.index.end()) continue;
      edge(x_remove[id], x_remove[death_of(found->second)]);
      // Whoever stays must have let go before what it used is taken away for good.
      const std::uint32_t death = death_of(found->second);
      if (x_make[id] != k_no_step && x_remove[death] != k_no_step && x_make[found->second] == k_no_step)
        x_wishes.emplace_back(static_cast<NodeId>(x_make[id]), static_cast<NodeId>(x_remove[death]));
    }
  }

  const Operation& operation_of(std::uint32_t id) const {
    return x_plan.operations[static_cast<std::size_t>(x_plan.entries[id].operation)];
  }

  bool is_implied(std::uint32_t id) const {
    return x_plan.entries[id].operation >= 0 && operation_of(id).implied && x_remove[id] != k_no_step;
  }

  // Whose removal really ends this entry: its own, or that of the outermost container that takes it along.
  std::uint32_t death_of(std::uint32_t id) const {
    while (is_implied(id)) id = x_plan.index.at(operation_of(id).container);
    return id;
  }

  void edge(std::int64_t first, std::int64_t then) {
    if (first != k_no_step && then != k_no_step)
      x_edges.emplace_back(static_cast<NodeId>(first), static_cast<NodeId>(then));
  }

  Graph graph() const {
    std::vector<Pair> all = x_edges;
    all.insert(all.end(), x_wishes.begin(), x_wishes.end());
    return Graph(static_cast<NodeId>(x_plan.steps.size()), all);
  }

  Plan& x_plan;
  std::vector<std::int64_t> x_make;    // by entry
  std::vector<std::int64_t> x_remove;  // by entry
  std::vector<Pair> x_edges;
  std::vector<Pair> x_wishes;
};

}  // namespace

void order_steps(Plan& plan) {
  plan.steps.clear();
  Ordering(plan).build();
}

}  // namespace dfx
