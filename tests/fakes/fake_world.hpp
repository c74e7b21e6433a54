// A plugin host over a world in memory: what the engine's tests run against. Hooks bend single calls.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/model/provider.hpp"

namespace dfx::fakes {

// One object of the world.
struct Object {
  Json desired;
  Json outputs;
  std::string environment;  // of its marker; "" = made by somebody else
  std::string operation;    // key of the apply that made it
  int writes = 0;
};

// Kinds are added by the test; every call is answered from `objects` unless a hook says otherwise. [any]
class FakeWorld final : public ProviderHost {
 public:
  FakeWorld() { add_kind({{"kind", "t.item"}}); }

  void add_kind(const Json& record) {
    Kind kind = kind_from_manifest("t", record);
    const std::string name = kind.name;
    x_kinds.insert_or_assign(name, std::move(kind));
  }
  const Kind* find_kind(const std::string& name) const override {
    const auto found = x_kinds.find(name);
    return found == x_kinds.end() ? nullptr : &found->second;
  }

  CallResult call(const std::string&, Function function, CallContext& context, std::string_view text) override {
    const Json request = parse_json(text);
    if (before) before(function, request);
    const std::lock_guard lock(mutex);
    ++calls[function];
    if (hook) {
      if (auto answer = hook(function, request, context)) return *answer;
    }
    CallResult result = answer(function, request, context);
    if (after) after(function, request, result);
    return result;
  }

  // Answers instead of the world; runs under the lock.
  std::function<std::optional<CallResult>(Function, const Json& request, CallContext&)> hook;
  // Runs before the lock: to block, to count what runs at once.
  std::function<void(Function, const Json& request)> before;
  // Sees what happened, and may answer something else; runs under the lock.
  std::function<void(Function, const Json& request, CallResult&)> after;
  std::function<std::string(const Json& request)> plan_answer;
  std::function<Json(const Json& request)> migrate = [](const Json& r) { return r.at("state"); };
  std::function<Json(const std::string& address, const Json& desired)> outputs_for = [](const std::string& address, const Json&) {
    return Json{{"id", "id-of-" + address}};
  };

  std::mutex mutex;
  std::map<std::string, Object> objects;  // by address
  std::set<std::string> unreachable;      // connections, as JSON text
  std::set<std::string> unhealthy;        // addresses that are in progress
  std::vector<std::string> log;           // "create c/t.item/a" in order of effect
  std::map<Function, int> calls;

 private:
  CallResult answer(Function function, const Json& request, CallContext& context) {
    switch (function) {
      case Function::read: return read(request);
      case Function::apply: return apply(request, context);
      case Function::health: return health(request);
      case Function::plan: return {CallStatus::ok, plan_answer ? plan_answer(request) : "", {}};
      case Function::migrate: return {CallStatus::ok, canonical(migrate(request)), {}};
      default: return {CallStatus::unsupported, "", {}};
    }
  }

  static CallResult failure(CallStatus status, std::string code, std::string detail) {
    CallResult r;
    r.status = status;
    Diagnostic& d = r.diagnostics.error(std::move(code), "the fake world refuses");
    d.detail = std::move(detail);
    return r;
  }

  CallResult read(const Json& request) {
    if (unreachable.count(canonical(request.at("connection"))) != 0)
      return failure(CallStatus::unreachable, "fake.down", "the host is down");
    std::string out;
    for (const Json& item : request.at("items")) out += canonical(read_one(request, item)) + "\n";
    return {CallStatus::ok, out, {}};
  }

  Json read_one(const Json& request, const Json& item) {
    const std::string address = item.at("address");
    const auto found = objects.find(key_of(item));
    if (found == objects.end()) return {{"address", address}, {"result", "absent"}};
    const Object& o = found->second;
    const std::string mine = request.at("marker").at("environment");
    const char* owner = o.environment == mine ? "mine" : o.environment.empty() ? "foreign" : "other";
    return {{"address", address}, {"result", "present"}, {"owner", owner}, {"marker", {{"environment", o.environment}}},
            {"identity", found->first}, {"observed", o.desired}, {"outputs", o.outputs}, {"verdict", "pass"}};
  }

  // By identity if there is one: what has moved is found where it was made.
  std::string key_of(const Json& item) const {
    const Json identity = item.value("identity", Json());
    return identity.is_string() && objects.count(identity.get<std::string>()) != 0 ? identity.get<std::string>() : item.at("address").get<std::string>();
  }

  CallResult apply(const Json& request, CallContext& context) {
    if (unreachable.count(canonical(request.at("connection"))) != 0)
      return failure(CallStatus::unreachable, "fake.down", "the host is down");
    const std::string address = request.at("address"), action = request.at("action");
    if (context.effect != Effect::write) return failure(CallStatus::invalid, "fake.effect", "no write allowed");
    log.push_back(action + " " + address);
    const std::string key = key_of(request);
    if (action == "delete") {
      objects.erase(key);
      return {CallStatus::ok, "{}", {}};
    }
    Object& o = objects[key];
    o.desired = request.at("desired");
    o.environment = request.at("marker").at("environment");
    o.operation = request.at("marker").at("operation");
    if (action == "create") o.outputs = outputs_for(address, o.desired);
    ++o.writes;
    return {CallStatus::ok, canonical({{"identity", key}, {"outputs", o.outputs}}), {}};
  }

  CallResult health(const Json& request) {
    std::string out;
    for (const Json& item : request.at("items")) {
      const std::string address = item.at("address");
      const bool ready = unhealthy.count(address) == 0;
      out += canonical({{"address", address}, {"status", ready ? "current" : "in_progress"}, {"message", ready ? "" : "booting"}}) + "\n";
    }
    return {CallStatus::ok, out, {}};
  }

  std::map<std::string, Kind> x_kinds;
};

}  // namespace dfx::fakes
