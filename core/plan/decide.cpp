#include "core/plan/decide.hpp"

#include <algorithm>

#include "core/plan/compare.hpp"

namespace dfx {
namespace {

using Result = Observation::Result;
using Owner = Observation::Owner;

Diagnostic conflict(const std::string& address, std::string code, std::string summary, std::string detail,
                    std::string help) {
  Diagnostic d = failure(std::move(code), std::move(summary), std::move(detail), std::move(help), ErrorClass::conflict);
  d.address = address;
  return d;
}

Diagnostic owned_by_other(const std::string& address, const Observation& seen) {
  const std::string owner =
      seen.marker_environment.empty() ? "another stack" : "environment `" + seen.marker_environment + "` of another state";
  return conflict(address, "plan.owned-by-another", "the object belongs to another environment",
                  address + " exists and carries the marker of " + owner,
                  "give it another name here, or remove it there first; dfx never takes over such an object silently");
}

Diagnostic foreign(const std::string& address, const Observation& seen) {
  return conflict(address, "plan.foreign-object", "an object that dfx did not make stands in the way",
                  address + " exists without dfx's marker" + (seen.message.empty() ? "" : ": " + seen.message),
                  "rename one of them, or take it over with `adopt:` in the component");
}

std::optional<Json> parse_optional(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return parse_json(text);
}

Action from_changes(const std::vector<LeafChange>& changes) {
  if (changes.empty()) return Action::none;
  const bool replaces = std::any_of(changes.begin(), changes.end(), [](const LeafChange& c) { return c.immutable; });
  return replaces ? Action::replace : Action::update;
}

std::string listed(const std::vector<LeafChange>& changes, LeafChange::Cause cause) {
  std::string out;
  for (const LeafChange& c : changes) {
    if (c.cause != cause) continue;
    out += out.empty() ? "" : ", ";
    out += c.path.empty() ? "/" : c.path;
  }
  return out;
}

void explain_changes(Decision& d) {
  const std::string config = listed(d.changes, LeafChange::Cause::config);
  const std::string drift = listed(d.changes, LeafChange::Cause::drift);
  const std::string unknown = listed(d.changes, LeafChange::Cause::unknown);
  if (!drift.empty()) d.reasons.push_back({"drift", "changed outside dfx: " + drift});
  if (!config.empty()) d.reasons.push_back({"config", "the stack wants another value: " + config});
  if (!unknown.empty()) d.reasons.push_back({"unknown", "may change once it is known: " + unknown});
  for (const LeafChange& c : d.changes)
    if (c.immutable) d.reasons.push_back({"immutable", c.path + " cannot be changed in place"});
}

Decision absent(const Record* record, const Policy& policy) {
  Decision d;
  d.action = Action::create;
  if (record == nullptr) {
    d.reasons.push_back({"new", "in the stack and not there yet"});
  } else if (policy.moves) {
    d.reasons.push_back({"moves", "where it lives is made anew; it is looked for there just before its turn"});
  } else if (record->status == RecordStatus::creating) {
    d.resumes = true;
    d.reasons.push_back({"resume", "an earlier run did not finish making it"});
  } else if (record->status == RecordStatus::deleting) {
    d.reasons.push_back({"new", "an earlier run deleted it and the stack wants it"});
  } else {
    d.reasons.push_back({"gone", "it was deleted outside dfx"});
  }
  return d;
}

void find_changes(Decision& d, const Kind& kind, const Json& desired, const Record* record, const Observation& seen,
                  const Policy& policy) {
  const auto observed = parse_optional(seen.observed);
  const auto applied = record != nullptr ? parse_optional(record->applied_text()) : std::nullopt;
  d.changes = compare(kind, desired, observed ? &*observed : nullptr, applied ? &*applied : nullptr, policy.ignore);
}

Decision take_over(const Kind& kind, const std::string& address, const Json& desired, const Observation& seen,
                   const Policy& policy) {
  Decision d;
  d.action = Action::adopt;
  d.forced = !policy.adopt;
  d.reasons.push_back({"adopt", "the stack file asks to take over the existing object"});
  find_changes(d, kind, desired, nullptr, seen, policy);
  if (from_changes(d.changes) != Action::replace) return d;
  d.problem = conflict(address, "plan.cannot-adopt", "the existing object cannot become what the stack wants",
                       address + " differs in what cannot be changed in place: " + listed(d.changes, LeafChange::Cause::config),
                       "make the stack say what is there, or remove the object; dfx never deletes what it did not make");
  return d;
}

Decision not_ours(const Kind& kind, const std::string& address, const Json& desired, const Observation& seen,
                  const Policy& policy) {
  Decision d;
  if (seen.owner == Owner::other) {
    d.problem = owned_by_other(address, seen);
  } else if (policy.adopt || policy.on_conflict == "take") {
    return take_over(kind, address, desired, seen, policy);
  } else if (policy.on_conflict == "yield") {
    d.reasons.push_back({"yield", "somebody else's object is there and the stack file leaves it alone"});
  } else {
    d.problem = foreign(address, seen);
  }
  return d;
}

// A record that an earlier run left open, or an object of ours without a record.
void settle(Decision& d, const Kind& kind, const Record* record) {
  if (record == nullptr) {
    d.action = Action::adopt;
    d.reasons.push_back({"adopt", "it carries this environment's marker and is recorded nowhere"});
  } else if (record->status == RecordStatus::waiting || (is_in_doubt(record->status) && kind.waits)) {
    d.waits_only = true;
    d.reasons.push_back({"wait", "an earlier run ended before it was ready"});
  } else if (is_in_doubt(record->status)) {
    d.refresh = true;
  }
}

// Half made or half gone. An object without a record is a create of a run whose state was lost.
Decision partial(const Record* record) {
  Decision d;
  if (record != nullptr && record->status == RecordStatus::deleting) {
    d.action = Action::replace;
    d.reasons.push_back({"partial", "an earlier run did not finish deleting it; this run does, and makes it anew"});
    return d;
  }
  d.resumes = record == nullptr || record->status == RecordStatus::creating;
  d.action = d.resumes ? Action::create : Action::update;
  d.reasons.push_back({"partial", "it is only half made; this run finishes it"});
  return d;
}

Decision present(const Kind& kind, const Json& desired, const Record* record, const Observation& seen,
                 const Policy& policy) {
  Decision d;
  find_changes(d, kind, desired, record, seen, policy);
  d.action = from_changes(d.changes);
  explain_changes(d);
  if (d.action == Action::none) settle(d, kind, record);
  return d;
}

// What its host or container goes through, it goes through as well, wherever it can be seen from.
void follow_parent(Decision& d, const Policy& policy) {
  if (policy.parent_replaced.empty() || d.action == Action::create || d.problem) return;
  d.action = Action::replace;
  d.implied = policy.contained;
  d.waits_only = false;
  d.blocked.clear();
  d.reasons.push_back({"parent-replaced", policy.parent_replaced + " goes or is made anew, and this lives on it"});
}

Decision judge(const Kind& kind, const std::string& address, const Json& desired, const Record* record,
               const Observation& seen, const Policy& policy) {
  Decision d;
  switch (seen.result) {
    case Result::unreachable:
      d.blocked = seen.message.empty() ? "it cannot be reached" : seen.message;
      return d;
    case Result::unread:
    case Result::absent: return absent(record, policy);
    case Result::partial:
    case Result::present: break;
  }
  if (seen.owner != Owner::mine) return not_ours(kind, address, desired, seen, policy);
  d = seen.result == Result::partial ? partial(record) : present(kind, desired, record, seen, policy);
  if (policy.replace_asked && d.action != Action::create) {
    d.action = Action::replace;
    d.waits_only = false;
    d.reasons.push_back({"asked", "asked for with --replace"});
  }
  return d;
}

bool is_ours(const Record* record, const Observation& seen) {
  if (seen.result == Result::unreachable) return record != nullptr;
  return seen.owner == Owner::mine;
}

Decision keep(Decision d) {
  d.action = Action::forget;
  d.reasons.push_back({"keep", "`on_delete: keep` leaves the object where it is"});
  return d;
}

}  // namespace

Decision decide(const Kind& kind, const std::string& address, const Json& desired, const Record* record,
                const Observation& seen, const Policy& policy) {
  Decision d = judge(kind, address, desired, record, seen, policy);
  if (is_ours(record, seen)) follow_parent(d, policy);
  if (policy.protect && d.action == Action::replace) refuse_protected(d, address);
  return d;
}

void refuse_protected(Decision& decision, const std::string& address) {
  if (decision.problem) return;
  std::string why;
  for (const Reason& reason : decision.reasons) why += (why.empty() ? "" : "; ") + reason.text;
  decision.problem = conflict(address, "plan.protected", "a protected resource would be deleted",
                              address + " is marked `protect`: " + why,
                              "take `protect` away first, apply, then delete or replace it");
}

Decision decide_removal(const Record& record, const Observation& seen, const Reason& why) {
  Decision d;
  d.reasons.push_back(why);
  if (record.on_delete == "keep") return keep(std::move(d));
  if (seen.result == Result::absent) {
    d.action = Action::forget;
    d.reasons.push_back({"gone", "it is gone already"});
    return d;
  }
  const bool seen_there = seen.result == Result::present || seen.result == Result::partial;
  if (seen_there && seen.owner != Owner::mine) {
    d.action = Action::forget;
    d.reasons.push_back({"not-ours", "the object does not carry this environment's marker any more: it stays"});
    return d;
  }
  d.action = Action::remove;
  if (record.protect) refuse_protected(d, record.address);
  if (!seen_there) d.blocked = seen.message.empty() ? "it cannot be reached" : seen.message;
  return d;
}

bool within_approval(const Operation& planned, const Decision& actual) {
  if (actual.problem || !actual.blocked.empty()) return false;
  if (actual.action == Action::none) return true;
  if (actual.forced && planned.action != Action::adopt) return false;
  if (actual.action == planned.action) return true;
  switch (planned.action) {
    case Action::replace: return actual.action == Action::create || actual.action == Action::update;
    // `adopt` is an object with our own marker that no record knew, or one that the stack file names.
    case Action::create: return actual.action == Action::update || actual.action == Action::adopt;
    case Action::adopt: return actual.action == Action::update;
    case Action::remove: return actual.action == Action::forget;
    default: return false;
  }
}

}  // namespace dfx
