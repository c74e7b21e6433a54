#include "core/plan/moves.hpp"

#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "core/model/diagnostics.hpp"

namespace dfx {
namespace {

std::string moved_address(const std::string& address, const std::vector<Move>& moves) {
  std::string now = address;
  for (const Move& move : moves) {
    if (now == move.from) now = move.to;
    else if (now.compare(0, move.from.size() + 1, move.from + "/") == 0) now = move.to + now.substr(move.from.size());
  }
  return now;
}

// component/kind/name with today's name of the kind.
std::string renamed_kind(const std::string& address, const std::map<std::string, std::string>& kinds) {
  const std::size_t first = address.find('/');
  const std::size_t second = address.find('/', first + 1);
  if (second == std::string::npos) return address;
  const auto found = kinds.find(address.substr(first + 1, second - first - 1));
  return found == kinds.end() ? address : address.substr(0, first + 1) + found->second + address.substr(second);
}

void rename_row(Record& record, const std::string& address) {
  const std::size_t first = address.find('/');
  record.address = address;
  record.component = address.substr(0, first);
  record.kind = address.substr(first + 1, address.find('/', first + 1) - first - 1);
}

using Names = std::unordered_map<std::string_view, std::string_view>;

// Addresses stand in JSON texts as whole strings (references) and before "#" (handles of secrets); neither holds
// characters that JSON escapes.
bool follow(std::string& text, const Names& names) {
  std::string out;
  std::size_t copied = 0;
  for (std::size_t quote = text.find('"'); quote != std::string::npos; quote = text.find('"', quote + 1)) {
    const std::size_t end = text.find_first_of("\"#", quote + 1);
    if (end == std::string::npos) break;
    const auto found = names.find(std::string_view(text).substr(quote + 1, end - quote - 1));
    if (found == names.end()) continue;
    out.append(text, copied, quote + 1 - copied).append(found->second);
    copied = end;
  }
  if (copied == 0) return false;
  text = out.append(text, copied);
  return true;
}

bool follow(Record& record, const Names& names) {
  bool changed = false;
  for (std::string* text : {&record.desired, &record.applied, &record.outputs, &record.connection, &record.checkpoint})
    changed = follow(*text, names) || changed;
  for (Edge& edge : record.edges) {
    const auto found = names.find(edge.to);
    if (found == names.end()) continue;
    edge.to = found->second;
    changed = true;
  }
  return changed;
}

void refuse_collisions(const Plan& plan) {
  std::unordered_set<std::string_view> taken;
  for (const Record& record : plan.records)
    if (!taken.insert(record.address).second)
      throw Error("plan.move-collides", "a move leads onto something that is there already",
                  "two recorded resources would both be " + record.address,
                  "correct `moved:` in the stack file, or take one of the two away first");
}

}  // namespace

void move_records(Plan& plan, const std::vector<Move>& moves, const std::map<std::string, std::string>& kinds) {
  if (moves.empty() && kinds.empty()) return;
  std::vector<bool> changed(plan.records.size(), false);
  for (std::size_t i = 0; i < plan.records.size(); ++i) {
    Record& record = plan.records[i];
    const std::string now = renamed_kind(moved_address(record.address, moves), kinds);
    if (now == record.address) continue;
    plan.moves.push_back({record.address, now});
    rename_row(record, now);
    changed[i] = true;
  }
  if (plan.moves.empty()) return;
  refuse_collisions(plan);
  Names names;
  for (const Move& move : plan.moves) names.emplace(move.from, move.to);
  for (std::size_t i = 0; i < plan.records.size(); ++i) changed[i] = follow(plan.records[i], names) || changed[i];
  plan.rewritten = std::move(changed);
}

}  // namespace dfx
