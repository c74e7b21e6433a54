// What the tests of the contract share: verdicts on answers, and machines that are made once.
#pragma once
#include <gtest/gtest.h>

#include <string>

#include "tests/contract/lxd/server.hpp"

namespace dfx::contract {

// The error envelope with exactly this status and these words.
testing::AssertionResult refused(const Answer& answer, int status, const std::string& words);
// The sync envelope.
testing::AssertionResult accepted(const Answer& answer, int status = 200);
// A final operation that worked, or failed with exactly these words.
testing::AssertionResult succeeded(const Json& operation);
testing::AssertionResult failed(const Json& operation, const std::string& words);

// What POST /1.0/instances takes for a container of the suite's image: a root disk, a nic on lan0.
Json container(const std::string& name, const Json& config = Json::object(),
               const Json& devices = Json::object());
// The same with an empty disk: quick to make, cannot run.
Json empty_container(const std::string& name, const Json& config = Json::object(),
                     const Json& devices = Json::object());
// cloud-init's network-config (version 2) that gives eth0 this address.
std::string network_config(const std::string& address_with_bits);

// Creates, starts, and waits for both. Throws if that fails.
void make_running(const Client& client, const Json& body);
// Stops by force and deletes; fine if there is none.
void remove_instance(const Client& client, const std::string& name);

// Takes an instance away when the test ends, whatever happened.
struct Gone {
  std::string name;
  ~Gone() { remove_instance(trusted(), name); }
};

class LxdContract : public testing::Test {
 protected:
  const Client& lxd = trusted();
  // A running container with the address 192.168.0.170/24 and its own host name; made by the first test that
  // asks, shared by all: a test leaves it as it found it.
  const std::string& machine();
  // A stopped one, made of the image by the first test that asks.
  const std::string& spare();
  // POST /1.0/instances, PUT its state, to the end; the final operation.
  Json create(const Json& body) { return lxd.finish(lxd.post("/1.0/instances", body)); }
  Answer act(const std::string& path, const std::string& action, bool force = false) {
    return lxd.put(path + "/state", {{"action", action}, {"force", force}, {"timeout", 30}});
  }
  // Repeats the GET until `wanted` likes its metadata, for 60 s at most; then the last answer. (State has no
  // long poll in the API.)
  Json poll(const std::string& path, const std::function<bool(const Json&)>& wanted);
  // Runs a command in the machine; its exit code and standard output.
  std::pair<int, std::string> run(const std::vector<std::string>& command);
};

}  // namespace dfx::contract
