// A simulated daemon without sockets, on a clock that the test moves.
#pragma once
#include <gtest/gtest.h>

#include "sandbox/certificate.hpp"
#include "sandbox/lxd/handlers.hpp"
#include "sandbox/lxd/operations.hpp"
#include "sandbox/lxd/routes.hpp"
#include "tests/unit/sandbox/temp_folder.hpp"

namespace dfx::sandbox::testing {

inline constexpr const char* k_host = "https://192.168.0.10:8443";

// What came back, taken apart.
struct Answer {
  lxd::Reply reply;
  int status() const { return reply.status; }
  Json body() const { return Json::parse(reply.body); }
  Json metadata() const { return body()["metadata"]; }
  std::string error() const { return body()["error"]; }
  std::string header(const std::string& name) const {
    for (const auto& [key, value] : reply.headers) {
      if (key == name) return value;
    }
    return {};
  }
};

class Daemon : public ::testing::Test {
 public:
  Daemon() : store(folder.path()) {
    auto session = store.begin(Store::Access::write);
    const Identity identity = make_identity("192.168.0.10");
    session.put("", "origin", k_host, {{"kind", "lxd"}, {"certificate", identity.certificate_pem}});
    lxd::make_new_daemon(session, k_host);
    session.commit();
  }

  // As a trusted client, unless `stranger`.
  Answer call(const std::string& method, const std::string& target, const Json& body = nullptr,
              std::map<std::string, std::string> headers = {}) {
    lxd::Request request;
    request.origin = k_host;
    request.method = method;
    const std::size_t mark = std::min(target.find('?'), target.size());
    request.path = target.substr(0, mark);
    for (std::size_t at = mark; at < target.size();) {
      const std::size_t end = std::min(target.find('&', at + 1), target.size());
      const std::string pair = target.substr(at + 1, end - at - 1);
      request.query[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
      at = end;
    }
    request.headers = std::move(headers);
    request.body = body.is_null() ? "" : body.is_string() ? body.get<std::string>() : body.dump();
    request.local = !stranger;
    request.client_der = client_der;
    return send(request);
  }

  Answer send(const lxd::Request& request) {
    auto session = store.begin(Store::Access::write);
    lxd::settle(session, now);
    const Faults faults = Faults::load(session);
    const RequestFault fault = faults.for_request(k_host, request.method, request.path, session);
    Answer answer{lxd::dispatch(session, request, faults, fault, now)};
    session.commit();
    return answer;
  }

  void pass(double seconds) { now += from_seconds(seconds); }

  // The operation that `answer` started, as it stands after `seconds`.
  Json outcome(const Answer& answer, double seconds = 30) {
    EXPECT_EQ(answer.status(), 202) << answer.reply.body;
    pass(seconds);
    return peek(answer);
  }
  // The same now. It is read before it is forgotten: five seconds after its end.
  Json peek(const Answer& answer) {
    auto session = store.begin(Store::Access::write);
    lxd::settle(session, now);
    const auto operation = session.operation(answer.body()["metadata"]["id"]);
    session.commit();
    return operation ? lxd::render_operation(*operation) : Json();
  }
  // Empty if it ended well.
  std::string failure(const Answer& answer, double seconds = 4) {
    const Json operation = outcome(answer, seconds);
    if (operation.is_null()) return "forgotten";
    if (operation["status"] == "Running") return "still running";
    return operation["err"];
  }

  void set_faults(const Json& rules) {
    Faults::check(rules);
    auto session = store.begin(Store::Access::write);
    Faults::save(session, rules);
    session.commit();
  }

  void give_image(const std::string& alias = "debian") {
    const Json body = {{"source",
                        {{"type", "image"},
                         {"protocol", "simplestreams"},
                         {"server", "https://images.linuxcontainers.org"},
                         {"alias", "debian/12/cloud"}}},
                       {"aliases", {{{"name", alias}}}}};
    EXPECT_EQ(failure(call("POST", "/1.0/images", body)), "");
  }

  Json container(const std::string& name) const {
    return {{"name", name}, {"source", {{"type", "image"}, {"alias", "debian"}}}};
  }
  void create(const Json& wanted) { EXPECT_EQ(failure(call("POST", "/1.0/instances", wanted)), ""); }
  std::string change_state(const std::string& name, const Json& wanted) {
    return failure(call("PUT", "/1.0/instances/" + name + "/state", wanted));
  }
  Json instance(const std::string& name) { return call("GET", "/1.0/instances/" + name).metadata(); }

  TempFolder folder;
  Store store;
  Micros now = from_seconds(1'800'000'000);
  bool stranger = false;
  std::string client_der;
};

}  // namespace dfx::sandbox::testing
