// How actions look everywhere: a symbol and a word, colored alike.
#pragma once
#include "cli/render/terminal.hpp"
#include "core/exec/event.hpp"
#include "core/plan/plan.hpp"

namespace dfx {

struct Symbol {
  const char* sign;
  const char* word;
  Style style;
};

inline Symbol symbol_of(Action action) {
  switch (action) {
    case Action::create: return {"+", "create", Style::green};
    case Action::update: return {"~", "update", Style::yellow};
    case Action::replace: return {"-/+", "replace", Style::red};
    case Action::remove: return {"-", "delete", Style::red};
    case Action::forget: return {".", "forget", Style::dim};
    case Action::adopt: return {"=", "adopt", Style::cyan};
    case Action::none: break;
  }
  return {"?", "read", Style::cyan};
}

// Of an operation: what it only waits for has a word of its own.
inline Symbol symbol_of(const Operation& o) {
  if (!o.blocked.empty()) return {"!", "blocked", Style::red};
  if (o.action == Action::none && o.waits_only) return {"*", "wait", Style::cyan};
  return symbol_of(o.action);
}

// Of one step: the two halves of a replacement are told apart.
inline Symbol symbol_of(Action action, Step::Kind step) {
  if (action == Action::replace) return symbol_of(step == Step::Kind::remove ? Action::remove : Action::create);
  if (action == Action::none && step == Step::Kind::make) return {"*", "wait", Style::cyan};
  return symbol_of(action);
}

}  // namespace dfx
