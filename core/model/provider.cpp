#include "core/model/provider.hpp"

namespace dfx {

const char* to_string(Function f) {
  switch (f) {
    case Function::expand: return "expand";
    case Function::normalize: return "normalize";
    case Function::migrate: return "migrate";
    case Function::plan: return "plan";
    case Function::read: return "read";
    case Function::apply: return "apply";
    case Function::health: return "health";
  }
  return "expand";
}

Effect effect_of(Function f) {
  switch (f) {
    case Function::expand:
    case Function::normalize:
    case Function::migrate: return Effect::none;
    case Function::plan:
    case Function::read:
    case Function::health: return Effect::read;
    case Function::apply: return Effect::write;
  }
  return Effect::none;
}

const char* to_string(CallStatus s) {
  switch (s) {
    case CallStatus::ok: return "ok";
    case CallStatus::invalid: return "invalid";
    case CallStatus::absent: return "absent";
    case CallStatus::conflict: return "conflict";
    case CallStatus::auth: return "auth";
    case CallStatus::transient: return "transient";
    case CallStatus::unreachable: return "unreachable";
    case CallStatus::in_doubt: return "in_doubt";
    case CallStatus::cancelled: return "cancelled";
    case CallStatus::unsupported: return "unsupported";
    case CallStatus::internal: return "internal";
  }
  return "internal";
}

ErrorClass error_class_of(CallStatus s) {
  switch (s) {
    case CallStatus::ok: return ErrorClass::none;
    case CallStatus::invalid: return ErrorClass::invalid;
    case CallStatus::absent: return ErrorClass::absent;
    case CallStatus::conflict: return ErrorClass::conflict;
    case CallStatus::auth: return ErrorClass::auth;
    case CallStatus::transient: return ErrorClass::transient;
    case CallStatus::unreachable: return ErrorClass::unreachable;
    case CallStatus::in_doubt: return ErrorClass::in_doubt;
    case CallStatus::cancelled: return ErrorClass::cancelled;
    case CallStatus::unsupported:
    case CallStatus::internal: return ErrorClass::internal;
  }
  return ErrorClass::internal;
}

}  // namespace dfx
