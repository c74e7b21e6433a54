// The making of one plan: what the files beside this one share. One object per plan. [one thread]
#pragma once
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/graph/graph.hpp"
#include "core/plan/ask_plugin.hpp"
#include "core/plan/observe.hpp"
#include "core/plan/planner.hpp"
#include "core/plan/values.hpp"

namespace dfx {

class Planner {
 public:
  Planner(const Caller& caller, PlanRequest request)
      : x_caller(caller), x_request(std::move(request)),
        x_values([this](const std::string& address) { return outputs_of(address); }) {}

  Plan build();

 private:
  using Ids = std::vector<std::uint32_t>;
  using Result = Observation::Result;

  // --- the whole, entries and their order (planning.cpp)
  void take_over_request();
  bool is_rewritten(const Entry& entry) const;
  void index_entries();
  Entry& add_entry(const std::string& address, const std::string& kind_name);
  void set_recorded_outputs(std::uint32_t id);
  std::optional<std::string> outputs_of(const std::string& address) const;
  void order_desired();
  std::uint32_t wanted(const std::string& address, const Resource& from) const;
  void refuse_cycle() const;
  std::vector<Ids> levels() const;
  void plan_level(const Ids& level);
  void note_obstacles();
  // A plugin's garbage is a problem of its resource, not the end of the plan.
  void guarded(std::uint32_t id, const std::function<void()>& work);

  // --- what is there (look.cpp)
  void first_look();
  void look_later(const Ids& level);
  bool resolve_connection(std::uint32_t id);
  bool resolve_question(std::uint32_t id, ReadItem& item);
  bool moves_away(std::uint32_t id);
  bool is_reached_anew(std::uint32_t id);
  bool has_new_makers(std::uint32_t id) const;
  void note_new_outputs(std::uint32_t id);
  const std::optional<std::string>& connection_text(const std::string& raw);
  ReadItem read_item(std::uint32_t id);
  std::string_view question_of(std::uint32_t id);
  const std::string* adoption(std::uint32_t id) const;
  void take_outputs(std::uint32_t id);
  bool tell_failed_read(std::uint32_t id);

  // --- what to do with what is managed (managed.cpp)
  bool is_unchanged(std::uint32_t id);
  void note_refresh(std::uint32_t id);
  Policy policy_of(std::uint32_t id);
  void note_parent(Policy& policy, const std::vector<Edge>& edges) const;
  bool is_moving(std::uint32_t id);
  void plan_managed(std::uint32_t id, std::vector<PlanQuestion>& questions);
  Decision without_spelling(std::uint32_t id, Decision decision, const Json& desired, const Policy& policy);
  bool validate(std::uint32_t id);
  void take_yielded(std::uint32_t id);
  bool has_unknown_inputs(std::uint32_t id, const Resource& resource, const Json& desired, bool fresh) const;
  std::uint32_t add_operation(std::uint32_t id, Decision decision, Confidence confidence);
  void note_outputs(std::uint32_t id, Action action);

  // --- what the plugin says to that (predict.cpp)
  PlanQuestion question(std::uint32_t id, std::uint32_t operation, const Json& desired);
  void take_prediction(const PlanQuestion& q);
  bool decide_again(const PlanQuestion& q);
  void replace_as_predicted(const PlanQuestion& q, Operation& operation);
  void drop_operation(std::uint32_t id);

  // --- lookups and checks (guards.cpp)
  void plan_lookup(std::uint32_t id);
  void settle_lookups();
  void look_at_checks();
  void block_check(const ReadItem& item);
  bool guards_work(std::uint32_t id) const;
  bool guards_creation(std::uint32_t id) const;
  void judge(const ReadItem& item);

  // --- what goes (removals.cpp)
  void plan_removals();
  Reason why_removed(const Record& record) const;
  void settle_contained(std::uint32_t id);
  void follow_container(std::uint32_t id, const std::string& address, const Operation& container);

  const Caller& x_caller;
  PlanRequest x_request;
  Plan x_plan;
  Values x_values;
  Graph x_graph;  // over desired
  std::vector<NodeId> x_topological;
  std::vector<Observation> x_seen;         // by entry
  std::vector<std::string> x_connections;  // by entry, resolved
  std::vector<bool> x_new_outputs;         // by entry: not what is recorded
  std::vector<bool> x_replaced;            // by entry: made anew
  std::vector<bool> x_asked;               // by entry: its connection was known, so it was read
  std::vector<bool> x_moves_away;          // by entry: read where it was recorded, to be made elsewhere
  std::vector<bool> x_settled;             // by entry: its container's fate is part of its own
  Ids x_unfound;                           // lookups without an answer
  std::unordered_map<std::string, std::optional<std::string>> x_connection_cache;
  std::deque<std::string> x_questions;     // texts that read items borrow
  std::deque<std::string> x_adopted;
  std::set<const Kind*> x_literal_kinds;   // kinds without `normalize`
  std::set<std::pair<std::string, std::string>> x_told;  // code and detail of reads that failed: one host, one word
};

}  // namespace dfx
