// What cloud-init would make of an instance's configuration.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace dfx::sandbox::lxd {

// The daemon refuses YAML that does not parse. Empty: fine.
std::string yaml_problem(const std::string& text);
// Only "#cloud-config" is looked at; every other form passes.
std::string user_data_problem(const std::string& text);

// The addresses ("192.168.0.161/24") that a network-config of version 1 or 2 gives to the interface of that name and
// MAC (lower case); none if it does not mention it.
std::vector<std::string> configured_addresses(const std::string& network_config, const std::string& interface,
                                              const std::string& mac);

// The files that user-data leaves in the guest: host keys, write_files, the host name.
std::map<std::string, std::string> written_files(const std::string& user_data, const std::string& instance);

// cloud-init ends in an error if user-data is not something that it can use.
bool user_data_usable(const std::string& user_data);

}  // namespace dfx::sandbox::lxd
