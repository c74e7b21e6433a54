// The lxd plugin over a host that answers as a daemon does.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "sdk/testing/fake_host.hpp"

extern "C" const dfx_plugin dfx_plugin_entry;

namespace dfx::lxd {

using sdk::Json;
using testing::Answer;
using testing::FakeHost;
using testing::LoadedPlugin;
using testing::Outcome;
using testing::Request;

inline Answer sync(const Json& metadata, const std::string& etag = {}) {
  Answer a{200, {{"type", "sync"}, {"status", "Success"}, {"status_code", 200}, {"metadata", metadata}}};
  if (!etag.empty()) a.headers["etag"] = etag;
  return a;
}
inline Answer async(const std::string& id) {
  return {202,
          {{"type", "async"},
           {"status_code", 100},
           {"operation", "/1.0/operations/" + id},
           {"metadata", {{"id", id}}}}};
}
inline Answer error(int status, const std::string& words) {
  return {status, {{"type", "error"}, {"error", words}, {"error_code", status}}};
}
inline Answer ended(const std::string& err = {}) {
  return sync({{"status_code", err.empty() ? 200 : 400}, {"err", err}, {"metadata", nullptr}});
}

inline Json connection() {
  return {{"name", "kkh"},
          {"url", "https://192.168.0.10:8443"},
          {"fingerprint", std::string(64, 'a')},
          {"certificate", "PEM"},
          {"key", {{"$dfx", {{"secret", "key"}}}}}};
}
inline Json marker(const std::string& address, const std::string& operation = "op1") {
  return {{"stack", "id1"},
          {"environment", "home"},
          {"address", address},
          {"generation", 1},
          {"operation", operation}};
}
inline Json batch(const std::string& kind, const Json& items) {
  return {{"kind", kind},
          {"connection", connection()},
          {"marker", {{"stack", "id1"}, {"environment", "home"}}},
          {"items", items}};
}
inline Json item(const std::string& address, const Json& desired, const Json& identity = nullptr) {
  return {{"address", address}, {"identity", identity}, {"desired", desired}, {"outputs", nullptr}};
}
inline Json change(const std::string& kind, const std::string& action, const std::string& address,
                   const Json& desired, const Json& prior = nullptr) {
  return {{"kind", kind},
          {"action", action},
          {"address", address},
          {"connection", connection()},
          {"marker", marker(address)},
          {"desired", desired},
          {"prior", prior},
          {"observed", nullptr},
          {"identity", nullptr},
          {"outputs", nullptr},
          {"checkpoint", nullptr}};
}

// A daemon of one instance, as far as the plugin looks at it.
class LxdTest : public ::testing::Test {
 protected:
  LxdTest() : plugin(dfx_plugin_entry, host) {
    host.on("GET", "/1.0", [this](const Request&) { return sync(server); });
    host.on("GET", "/1.0/operations", sync(Json::object()));
    host.on("GET", "/1.0/instances", [this](const Request&) {
      Json list = Json::array();
      for (const auto& [name, instance] : instances) list.push_back(instance);
      return sync(list);
    });
    host.on("GET", "/1.0/instances/*", [this](const Request& r) {
      const auto found = instances.find(r.tail);
      return found == instances.end() ? error(404, "Instance not found")
                                      : sync(found->second, "etag-" + r.tail);
    });
    host.on("POST", "/1.0/instances", [this](const Request& r) {
      make(r.body);
      return async("create");
    });
    host.on("PUT", "/1.0/instances/*", [this](const Request& r) { return put(r); });
    host.on("DELETE", "/1.0/instances/*", [this](const Request& r) {
      instances.erase(r.tail);
      return async("delete");
    });
    host.on("GET", "/1.0/operations/*", [this](const Request& r) {
      const auto found = failures.find(r.tail.substr(0, r.tail.find('/')));
      return ended(found == failures.end() ? "" : found->second);
    });
  }

  void make(const Json& body) {
    Json& i = instances[body.at("name").get<std::string>()] = body;
    i["status"] = "Stopped";
    i["architecture"] = "x86_64";
    i["ephemeral"] = false;
    i["description"] = "";
    i["expanded_devices"] = {{"root", {{"type", "disk"}, {"path", "/"}, {"pool", "default"}}}};
    if (body.contains("devices")) i["expanded_devices"].update(body["devices"]);
    i["config"]["volatile.uuid"] = "uuid-1";
    i["config"]["volatile.base_image"] = "fp";
  }

  Answer put(const Request& r) {
    const bool state = r.tail.size() > 6 && r.tail.compare(r.tail.size() - 6, 6, "/state") == 0;
    const std::string name = r.tail.substr(0, r.tail.find('/'));
    Json& i = instances.at(name);
    if (state) {
      const std::string action = r.body.at("action");
      if (failures.count(action) == 0) {
        i["status"] = action == "stop" ? "Stopped" : "Running";
        i["config"]["volatile.last_state.power"] = action == "stop" ? "STOPPED" : "RUNNING";
      }
      return async(action);
    }
    for (const auto& [key, value] : r.body.items()) i[key] = value;
    if (r.body.contains("devices"))
      for (const auto& [name_, device] : r.body["devices"].items()) i["expanded_devices"][name_] = device;
    return async("update");
  }

  Json server = {{"api_version", "1.0"},
                 {"auth", "trusted"},
                 {"api_extensions", {"instances", "container_full"}},
                 {"environment",
                  {{"server", "lxd"},
                   {"server_version", "5.0.2"},
                   {"server_clustered", false},
                   {"certificate_fingerprint", std::string(64, 'a')}}}};
  std::map<std::string, Json> instances;
  std::map<std::string, std::string> failures;  // operation -> how it fails
  FakeHost host;
  LoadedPlugin plugin;
};

}  // namespace dfx::lxd
