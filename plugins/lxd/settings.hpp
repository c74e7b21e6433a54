// A component's settings, checked against each other and put together.
#pragma once
#include <dfx/sdk.hpp>

#include <map>
#include <string>
#include <vector>

#include "plugins/lxd/image_name.hpp"

namespace dfx::lxd {

struct Machine {
  std::string name;
  Json settings;  // `defaults` and the machine's own, put together
  std::string host, type, image, user, address, state, ready;
  std::string setting, image_setting;  // where they stand: JSON pointers into the component's settings
  ImageName image_name;
  std::string mac;  // of eth0, if dfx makes that NIC; empty: the profiles do
  Json network;     // its `network` setting, or an empty object
  int stop_seconds = 60;
  bool virtual_machine() const { return type == "virtual-machine"; }
};

struct Settings {
  std::string component, stack, environment;
  Json hosts, profiles, networks, volumes;  // as written
  std::vector<Machine> machines;
};

// Every problem is told by a diagnostic with its place in the settings; then throws Failure.
Settings read_settings(const sdk::Call& call, const Json& request);

// "90s", "2m", "1h30m" in seconds, rounded up.
int parse_seconds(const std::string& duration);
// Stable and most likely unique: made of everything that tells a machine from all others.
std::string mac_for(const std::string& identity);

}  // namespace dfx::lxd
