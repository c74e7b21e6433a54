// The world that the proof plugins manage. It lives in the test and is reached through a host extension, not in the
// plugins' own memory: so each effect passes the host, which classifies it as the real one does, and what a plugin says
// can be held against what really happened.
#pragma once
#include <dfx/host.h>
#include <dfx/http.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "core/model/call.hpp"
#include "core/model/encode.hpp"

namespace dfx::proof {

// Objects at URLs. A machine is PUT, boots, is ready from the second look on, and then answers at its own address.
class FarSide {
 public:
  FarSide() : x_http{&FarSide::request}, x_progress{&FarSide::say}, x_journal{&FarSide::checkpoint},
              x_host{this, &FarSide::extension} {}
  FarSide(const FarSide&) = delete;
  FarSide& operator=(const FarSide&) = delete;

  const dfx_host* host() const { return &x_host; }

  std::mutex mutex;  // guards what follows
  std::map<std::string, Json> objects = {{"http://cloud/images/debian", {{"fingerprint", "f00d"}}}};
  std::set<std::string> lose_answer;  // "PUT url": carried out once, and then nothing is heard
  std::vector<std::string> log;       // "PUT url" of what changed something
  std::vector<std::string> dry_runs;
  std::vector<std::string> checkpoints;
  std::vector<std::string> said;

 private:
  static FarSide& self(const dfx_host* h) { return *static_cast<FarSide*>(h->context); }
  static CallContext& context_of(const dfx_call* c) { return *static_cast<CallContext*>(c->context); }
  static std::string text(dfx_bytes b) { return {b.data, static_cast<std::size_t>(b.size)}; }
  static void put(const dfx_sink* sink, const std::string& s) { sink->write(sink, {s.data(), s.size()}); }

  static const void* extension(const dfx_host* h, const char* id) {
    const FarSide& f = self(h);
    if (std::string_view(id) == DFX_HTTP_ID) return &f.x_http;
    if (std::string_view(id) == DFX_PROGRESS_ID) return &f.x_progress;
    if (std::string_view(id) == DFX_JOURNAL_ID) return &f.x_journal;
    return nullptr;
  }

  static void say(const dfx_host* h, const dfx_call* c, dfx_bytes line) {
    if (context_of(c).progress) context_of(c).progress(text(line));
    const std::lock_guard lock(self(h).mutex);
    self(h).said.push_back(text(line));
  }

  static std::int32_t checkpoint(const dfx_host* h, const dfx_call* c, dfx_bytes json) {
    try {
      context_of(c).checkpoint(text(json));
    } catch (const std::exception&) {
      return DFX_INTERNAL;
    }
    const std::lock_guard lock(self(h).mutex);
    self(h).checkpoints.push_back(text(json));
    return DFX_OK;
  }

  static std::int32_t request(const dfx_host* h, const dfx_call* c, dfx_bytes request_json, dfx_bytes body_json,
                              const dfx_sink* head, const dfx_sink* out) {
    const CallContext& context = context_of(c);
    const Json asked = parse_json(text(request_json));
    const std::string method = asked.at("method"), url = asked.at("url");
    if (context.cancel.stop_requested()) return refuse(context, DFX_CANCELLED, "proof.cancelled", url);
    const bool dry = is_dry_run(context, method, url);
    const bool may = context.effect == Effect::write || (context.effect == Effect::read && (method == "GET" || dry));
    if (!may) return refuse(context, DFX_INVALID, "proof.effect", method + " " + url + " during " + context.function);
    Json body = body_json.size == 0 ? Json() : parse_json(text(body_json));
    body = open_secrets(body, [&](const std::string& handle) { return context.secrets->reveal(handle).value(); });
    FarSide& f = self(h);
    const std::lock_guard lock(f.mutex);
    if (!f.reachable(url)) return refuse(context, DFX_UNREACHABLE, "proof.unreachable", url + ": nobody is there");
    const auto [status, answer] = dry ? f.dry_run(url, body) : f.carry_out(method, url, body);
    if (f.lose_answer.erase(method + " " + url) != 0) return refuse(context, DFX_IN_DOUBT, "proof.lost", url);
    put(head, canonical({{"status", status}, {"headers", Json::object()}}));
    put(out, canonical(answer));
    return DFX_OK;
  }

  static std::int32_t refuse(const CallContext& context, std::int32_t status, const char* code, const std::string& detail) {
    Diagnostic d;
    d.code = code;
    d.summary = "the host refuses or has no answer";
    d.detail = detail;
    if (context.diagnose) context.diagnose(d);
    return status;
  }

  static bool is_dry_run(const CallContext& context, const std::string& method, const std::string& url) {
    return std::any_of(context.dry_run_rules->begin(), context.dry_run_rules->end(), [&](const DryRunRule& rule) {
      return rule.method == method && url.size() > rule.query.size() && url.ends_with("?" + rule.query);
    });
  }

  bool reachable(const std::string& url) const {
    if (url.starts_with("http://cloud/") || url.starts_with("http://names/")) return true;
    return std::any_of(objects.begin(), objects.end(), [&](const auto& object) {
      return object.second.value("status", "") == "ready" &&
             url.starts_with("http://" + object.second.at("address").template get<std::string>() + "/");
    });
  }

  std::pair<int, Json> dry_run(const std::string& url, const Json& body) {
    dry_runs.push_back(url);
    const auto found = objects.find(url.substr(0, url.find('?')));
    const bool restarts = found != objects.end() && found->second.at("desired").at("memory") != body.at("desired").at("memory");
    return {200, {{"restarts", restarts}, {"reasons", restarts ? Json{"memory cannot be changed while it runs"} : Json::array()}}};
  }

  std::pair<int, Json> carry_out(const std::string& method, const std::string& url, const Json& body) {
    if (method == "GET") return look(url);
    log.push_back(method + " " + url);
    if (method == "DELETE") return {objects.erase(url) != 0 ? 200 : 404, Json::object()};
    Json& object = objects[url];
    const bool machine = url.starts_with("http://cloud/machines/");
    if (machine && object.is_null()) {
      const std::string number = std::to_string(++x_machines);
      object = {{"status", "booting"}, {"address", "10.0.0." + number}, {"token", "canary-token-of-machine-" + number}};
    }
    object.update(body);
    return {200, object};
  }

  std::pair<int, Json> look(const std::string& url) {
    const auto found = objects.find(url);
    if (found == objects.end()) return {404, Json::object()};
    const Json seen = found->second;
    if (seen.value("status", "") == "booting") found->second["status"] = "ready";
    return {200, seen};
  }

  int x_machines = 0;
  const dfx_http x_http;
  const dfx_progress x_progress;
  const dfx_journal x_journal;
  const dfx_host x_host;
};

}  // namespace dfx::proof
