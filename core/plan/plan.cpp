#include "core/plan/plan.hpp"

#include <algorithm>

namespace dfx {

const char* to_string(Action a) {
  switch (a) {
    case Action::none: return "none";
    case Action::create: return "create";
    case Action::update: return "update";
    case Action::replace: return "replace";
    case Action::remove: return "delete";
    case Action::forget: return "forget";
    case Action::adopt: return "adopt";
  }
  return "none";
}

const char* to_string(Confidence c) {
  switch (c) {
    case Confidence::exact: return "exact";
    case Confidence::predicted: return "predicted";
    case Confidence::deferred: return "deferred";
  }
  return "exact";
}

const char* to_string(LeafChange::Cause c) {
  switch (c) {
    case LeafChange::Cause::config: return "config";
    case LeafChange::Cause::drift: return "drift";
    case LeafChange::Cause::unknown: return "unknown";
  }
  return "config";
}

const char* to_string(Step::Kind kind) {
  switch (kind) {
    case Step::Kind::make: return "make";
    case Step::Kind::remove: return "remove";
    case Step::Kind::look: return "look";
  }
  return "make";
}

std::size_t Plan::count(Action action) const {
  return static_cast<std::size_t>(std::count_if(operations.begin(), operations.end(),
                                                [&](const Operation& o) { return o.action == action; }));
}

bool Plan::has_changes() const {
  return std::any_of(operations.begin(), operations.end(), [](const Operation& o) { return o.action != Action::none; });
}

}  // namespace dfx
