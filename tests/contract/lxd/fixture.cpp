#include "tests/contract/lxd/fixture.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

namespace dfx::contract {
namespace {

const std::string k_machine = "contract-machine";
const std::string k_spare = "contract-spare";

// Leaves nothing behind on a server that others use too.
class Tidy : public testing::Environment {
 public:
  void TearDown() override {
    if (!server().real) return;
    remove_instance(trusted(), k_machine);
    remove_instance(trusted(), k_spare);
    trusted().remove("/1.0/certificates/" + fingerprint_of(trusted().identity().certificate));
  }
};
const testing::Environment* const k_tidy = testing::AddGlobalTestEnvironment(new Tidy);

void need(const Json& operation) {
  if (operation.at("status_code") != 200) throw std::runtime_error("failed: " + operation.dump());
}

}  // namespace

testing::AssertionResult refused(const Answer& answer, int status, const std::string& words) {
  const Json expected = {{"type", "error"}, {"status", ""},         {"status_code", 0},   {"operation", ""},
                         {"error", words},  {"error_code", status}, {"metadata", nullptr}};
  if (answer.status == status && answer.json == expected) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "HTTP " << answer.status << " " << answer.body << "\nwanted HTTP "
                                     << status << " " << words;
}

testing::AssertionResult accepted(const Answer& answer, int status) {
  const bool envelope = answer.json.is_object() && answer.json.value("type", "") == "sync" &&
                        answer.json.value("status", "") == "Success" &&
                        answer.json.value("status_code", 0) == 200;
  if (answer.status == status && envelope) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "HTTP " << answer.status << " " << answer.body << "\nwanted HTTP "
                                     << status;
}

testing::AssertionResult succeeded(const Json& operation) {
  const bool fine =
      operation.at("status_code") == 200 && operation.at("status") == "Success" && operation.at("err") == "";
  return (fine ? testing::AssertionSuccess() : testing::AssertionFailure()) << operation.dump();
}

testing::AssertionResult failed(const Json& operation, const std::string& words) {
  const bool as_wanted = operation.at("status_code") == 400 && operation.at("status") == "Failure" &&
                         operation.at("err") == words;
  return (as_wanted ? testing::AssertionSuccess() : testing::AssertionFailure())
         << operation.dump() << "\nwanted " << words;
}

Json container(const std::string& name, const Json& config, const Json& devices) {
  Json all = {{"root", {{"type", "disk"}, {"path", "/"}, {"pool", "default"}}},
              {"eth0", {{"type", "nic"}, {"nictype", "bridged"}, {"parent", "lan0"}, {"name", "eth0"}}}};
  all.update(devices);
  return {{"name", name},     {"type", "container"}, {"source", {{"type", "image"}, {"alias", k_image}}},
          {"config", config}, {"devices", all},      {"profiles", {"default"}}};
}

Json empty_container(const std::string& name, const Json& config, const Json& devices) {
  Json body = container(name, config, devices);
  body["source"] = {{"type", "none"}};
  return body;
}

std::string network_config(const std::string& address_with_bits) {
  return "version: 2\nethernets:\n  eth0:\n    addresses: [" + address_with_bits + "]\n";
}

void make_running(const Client& client, const Json& body) {
  const std::string name = body.at("name");
  need(client.finish(client.post("/1.0/instances", body)));
  need(
      client.finish(client.put("/1.0/instances/" + name + "/state", {{"action", "start"}, {"timeout", 30}})));
}

void remove_instance(const Client& client, const std::string& name) {
  const std::string path = "/1.0/instances/" + name;
  const Answer stop = client.put(path + "/state", {{"action", "stop"}, {"force", true}, {"timeout", 30}});
  if (stop.status == 202) client.finish(stop);
  const Answer removed = client.remove(path);
  if (removed.status == 202) client.finish(removed);
}

const std::string& LxdContract::machine() {
  static const bool k_made = [] {
    const Json config = {{"cloud-init.user-data",
                          "#cloud-config\nhostname: contract-machine\n"
                          "write_files:\n- {path: /root/marker, content: \"from user-data\\n\"}\n"},
                         {"cloud-init.network-config", network_config("192.168.0.170/24")},
                         {"user.dfx.stack", "contract"}};
    make_running(trusted(), container(k_machine, config));
    return true;
  }();
  (void)k_made;
  return k_machine;
}

const std::string& LxdContract::spare() {
  static const bool k_made = [] {
    need(trusted().finish(trusted().post("/1.0/instances", container(k_spare))));
    return true;
  }();
  (void)k_made;
  return k_spare;
}

Json LxdContract::poll(const std::string& path, const std::function<bool(const Json&)>& wanted) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  Answer answer = lxd.get(path);
  while (answer.status == 200 && !wanted(answer.metadata()) && std::chrono::steady_clock::now() < until) {
    // The real daemon tells nobody when a guest has changed: asking again, up to the bound above, is all there is.
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    answer = lxd.get(path);
  }
  return answer.json.is_object() ? answer.metadata() : Json();
}

std::pair<int, std::string> LxdContract::run(const std::vector<std::string>& command) {
  const Json done = lxd.finish(
      lxd.post("/1.0/instances/" + machine() + "/exec", {{"command", command}, {"record-output", true}}));
  need(done);
  const std::string out = done.at("metadata").at("output").at("1");
  return {done.at("metadata").at("return").get<int>(), lxd.get(out).body};
}

}  // namespace dfx::contract
