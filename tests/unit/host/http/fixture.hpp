// An HttpService with a call, a vault and a list of what went wrong.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/model/json.hpp"
#include "host/http/service.hpp"
#include "host/secrets/redactor.hpp"
#include "tests/unit/host/http/test_server.hpp"

namespace dfx::host::test {

class MemoryVault : public SecretVault {
 public:
  std::optional<std::string> reveal(const std::string& handle) override {
    const std::lock_guard lock(x_mutex);
    ++revealed[handle];
    const auto found = values.find(handle);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }
  void keep(const std::string& handle, const std::string& value) override {
    const std::lock_guard lock(x_mutex);
    values[handle] = value;
    x_redactor.add(value);
  }
  std::string redact(std::string text) const override { return x_redactor.redact(std::move(text)); }

  std::map<std::string, std::string> values;
  std::map<std::string, int> revealed;

 private:
  std::mutex x_mutex;
  Redactor x_redactor;
};

inline Json secret(const std::string& handle) { return {{"$dfx", {{"secret", handle}}}}; }

class HttpTest : public ::testing::Test {
 protected:
  HttpTest() {
    call.plugin = "lxd";
    call.component = "lxd";
    call.function = "read";
    call.effect = Effect::read;
    call.secrets = &vault;
    call.cancel = stop.get_token();
    call.diagnose = [this](const Diagnostic& d) {
      const std::lock_guard lock(mutex);
      problems.push_back(d);
    };
  }

  HttpService& service() {
    if (!x_service) {
      options.trace = [this](std::string_view line) { trace.emplace_back(line); };
      x_service = std::make_unique<HttpService>(options);
    }
    return *x_service;
  }

  CallStatus send(const Json& request, const std::string& body = {}) {
    reply = {};
    return service().request(call, canonical(request), body, reply);
  }
  static Json get(const TestServer& server, const std::string& path = "/1.0") {
    Json out = {{"method", "GET"}, {"url", server.origin() + path}};
    if (!server.identity().fingerprint.empty()) out["tls"] = {{"pin", server.identity().fingerprint}};
    return out;
  }
  static Json post(const TestServer& server, const std::string& path = "/1.0") {
    Json out = get(server, path);
    out["method"] = "POST";
    return out;
  }
  void write() {
    call.effect = Effect::write;
    call.function = "apply";
  }
  // The one record that a failure leaves.
  Diagnostic problem() {
    EXPECT_EQ(problems.size(), 1u);
    return problems.empty() ? Diagnostic() : problems.front();
  }
  Json head() const { return Json::parse(reply.head); }

  MemoryVault vault;
  std::stop_source stop;
  CallContext call;
  HttpOptions options;
  HttpAnswer reply;
  std::vector<std::string> trace;
  std::mutex mutex;
  std::vector<Diagnostic> problems;

 private:
  std::unique_ptr<HttpService> x_service;
};

}  // namespace dfx::host::test
