#include "sandbox/faults.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/model/diagnostics.hpp"

namespace dfx::sandbox {
namespace {

const std::map<std::string, double Latency::*> k_latencies = {
    {"create", &Latency::create},   {"start", &Latency::start},   {"address", &Latency::address},
    {"cloud_init", &Latency::cloud_init}, {"stop", &Latency::stop}, {"remove", &Latency::remove},
    {"image", &Latency::image},     {"update", &Latency::update}, {"exec", &Latency::exec}};

constexpr std::array k_texts = {"origin", "method", "path", "machine"};
constexpr std::array k_counts = {"skip", "times"};
constexpr std::array k_effects = {"error", "delay", "drop", "operation", "host", "disk", "guest"};
constexpr const char* k_hits = "fault-hits";

template <class Words>
bool has(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

[[noreturn]] void refuse(const std::string& detail) {
  throw Error("sandbox.bad-faults", "these sandbox rules make no sense", detail,
              "`dfx sandbox --help` shows what rules look like");
}

void check_seconds(const Json& value, const std::string& what) {
  if (!value.is_number() || value.get<double>() < 0 || value.get<double>() > 86400) {
    refuse(what + " must be a number of seconds from 0 to 86400");
  }
}

void check_one_of(const Json& value, const std::string& what, std::initializer_list<const char*> words) {
  const bool known = value.is_string() && has(std::vector<std::string>(words.begin(), words.end()),
                                              value.get<std::string>());
  if (!known) refuse(what + " has an unknown value: " + value.dump());
}

void check_latency(const Json& latency) {
  if (!latency.is_object()) refuse("\"latency\" must be a map");
  for (const auto& [key, value] : latency.items()) {
    if (k_latencies.count(key) == 0) refuse("there is no latency \"" + key + "\"");
    check_seconds(value, "latency \"" + key + "\"");
  }
}

void check_guest(const Json& guest) {
  if (!guest.is_object()) refuse("\"guest\" must be a map");
  for (const auto& [key, value] : guest.items()) {
    if (key == "ssh" || key == "shutdown") {
      check_one_of(value, key, {"never"});
    } else if (key == "address" || key == "cloud_init") {
      if (value.is_number()) check_seconds(value, key);
      else if (!(key == "cloud_init" && value == "error")) check_one_of(value, key, {"never"});
    } else {
      refuse("\"guest\" knows no \"" + key + "\"");
    }
  }
}

void check_error(const Json& error) {
  const bool shaped = error.is_object() && error.size() == 2 && error.contains("status") &&
                      error["status"].is_number_integer() && error.contains("message") &&
                      error["message"].is_string();
  if (!shaped || error["status"] < 400 || error["status"] > 599) {
    refuse("\"error\" needs a status from 400 to 599 and a message");
  }
}

void check_operation(const Json& operation) {
  if (!operation.is_object() || operation.size() != 1) refuse("\"operation\" needs \"error\" or \"seconds\"");
  if (operation.contains("seconds")) return check_seconds(operation["seconds"], "\"seconds\"");
  if (!operation.contains("error") || !operation["error"].is_string()) {
    refuse("\"operation\" needs \"error\" (a text) or \"seconds\"");
  }
}

void check_effect(const std::string& key, const Json& value) {
  if (key == "error") check_error(value);
  if (key == "delay") check_seconds(value, "\"delay\"");
  if (key == "drop") check_one_of(value, "\"drop\"", {"accept", "before", "after"});
  if (key == "operation") check_operation(value);
  if (key == "host") check_one_of(value, "\"host\"", {"down"});
  if (key == "disk") check_one_of(value, "\"disk\"", {"full"});
  if (key == "guest") check_guest(value);
}

void check_rule(const Json& rule) {
  if (!rule.is_object()) refuse("a rule must be a map");
  int effects = 0;
  for (const auto& [key, value] : rule.items()) {
    if (has(k_effects, key)) {
      ++effects;
      check_effect(key, value);
    } else if (has(k_texts, key)) {
      if (!value.is_string()) refuse("\"" + key + "\" must be a text");
    } else if (has(k_counts, key)) {
      if (!value.is_number_integer() || value < 0) refuse("\"" + key + "\" must be a whole number");
    } else {
      refuse("a rule knows no \"" + key + "\"");
    }
  }
  if (effects != 1) refuse("a rule needs exactly one effect: " + rule.dump());
}

bool fits(const Json& rule, const char* key, const std::string& value, bool pattern = false) {
  const auto found = rule.find(key);
  if (found == rule.end()) return true;
  const auto& wanted = found->get_ref<const std::string&>();
  return pattern ? ::fnmatch(wanted.c_str(), value.c_str(), 0) == 0 : wanted == value;
}

std::optional<double> seconds_of(const Json& guest, const char* key) {
  const auto found = guest.find(key);
  if (found == guest.end() || *found == "error") return std::nullopt;
  return found->is_number() ? found->get<double>() : -1.0;
}

}  // namespace

void Faults::check(const Json& rules) {
  if (!rules.is_object()) refuse("the rules must be a map with \"latency\" and \"rules\"");
  for (const auto& [key, value] : rules.items()) {
    if (key == "latency") check_latency(value);
    else if (key != "rules") refuse("there is no \"" + key + "\"");
    else if (!value.is_array()) refuse("\"rules\" must be a list");
    else for (const auto& rule : value) check_rule(rule);
  }
}

void Faults::save(Store::Session& session, const Json& rules) {
  session.erase_all("", k_hits);
  session.put("", "faults", "faults", rules);
}

Json Faults::as_json(Store::Session& session) {
  return session.get("", "faults", "faults").value_or(Json::object());
}

Faults Faults::load(Store::Session& session) {
  Faults faults;
  const Json stored = as_json(session);
  if (stored.contains("rules")) faults.x_rules = stored["rules"];
  if (stored.contains("latency")) {
    for (const auto& [key, value] : stored["latency"].items()) faults.x_latency.*k_latencies.at(key) = value;
  }
  for (const auto& rule : faults.x_rules) {
    faults.x_bends_requests |= !rule.contains("host") && !rule.contains("disk");
  }
  return faults;
}

bool Faults::counts(std::size_t index, Store::Session& session) const {
  const Json& rule = x_rules[index];
  if (!rule.contains("skip") && !rule.contains("times")) return true;
  const std::string key = std::to_string(index);
  const std::uint64_t hits = session.get("", k_hits, key).value_or(Json(0u)).get<std::uint64_t>();
  session.put("", k_hits, key, hits + 1);
  const std::uint64_t skip = rule.value("skip", std::uint64_t{0});
  return hits >= skip && (!rule.contains("times") || hits - skip < rule["times"].get<std::uint64_t>());
}

bool Faults::state_rule(const std::string& origin, const char* key, const char* value) const {
  return std::any_of(x_rules.begin(), x_rules.end(), [&](const Json& rule) {
    return rule.value(key, std::string()) == value && fits(rule, "origin", origin);
  });
}

bool Faults::host_down(const std::string& origin) const { return state_rule(origin, "host", "down"); }
bool Faults::disk_full(const std::string& origin) const { return state_rule(origin, "disk", "full"); }

bool Faults::drops_on_accept(const std::string& origin, Store::Session& session) const {
  for (std::size_t i = 0; i < x_rules.size(); ++i) {
    const Json& rule = x_rules[i];
    if (rule.value("drop", std::string()) == "accept" && fits(rule, "origin", origin)) return counts(i, session);
  }
  return false;
}

RequestFault Faults::for_request(const std::string& origin, const std::string& method, const std::string& path,
                                 Store::Session& session) const {
  RequestFault fault;
  for (std::size_t i = 0; i < x_rules.size(); ++i) {
    const Json& rule = x_rules[i];
    const bool about_requests = rule.contains("error") || rule.contains("delay") || rule.contains("operation") ||
                                (rule.contains("drop") && rule["drop"] != "accept");
    if (!about_requests || !fits(rule, "origin", origin) || !fits(rule, "method", method) ||
        !fits(rule, "path", path, true) || !counts(i, session)) {
      continue;
    }
    if (rule.contains("delay")) fault.delay = rule["delay"];
    if (rule.contains("drop")) fault.drop = rule["drop"] == "before" ? Drop::before : Drop::after;
    if (rule.contains("error")) {
      fault.status = rule["error"]["status"];
      fault.message = rule["error"]["message"];
    }
    if (!rule.contains("operation")) continue;
    if (rule["operation"].contains("error")) fault.operation_error = rule["operation"]["error"];
    if (rule["operation"].contains("seconds")) fault.operation_seconds = rule["operation"]["seconds"];
  }
  return fault;
}

GuestFault Faults::for_guest(const std::string& origin, const std::string& machine, Store::Session& session) const {
  for (std::size_t i = 0; i < x_rules.size(); ++i) {
    const Json& rule = x_rules[i];
    if (!rule.contains("guest") || !fits(rule, "origin", origin) || !fits(rule, "machine", machine) ||
        !counts(i, session)) {
      continue;
    }
    const Json& guest = rule["guest"];
    GuestFault fault;
    fault.address = seconds_of(guest, "address");
    fault.cloud_init = seconds_of(guest, "cloud_init");
    fault.cloud_init_error = guest.contains("cloud_init") && guest["cloud_init"] == "error";
    fault.ssh_never = guest.contains("ssh");
    fault.shutdown_never = guest.contains("shutdown");
    return fault;
  }
  return {};
}

}  // namespace dfx::sandbox
