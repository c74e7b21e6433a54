#include "plugins/lxd/readiness.hpp"

#include <chrono>
#include <vector>

#include "plugins/lxd/instance_payload.hpp"

namespace dfx::lxd {
namespace {

constexpr std::chrono::milliseconds k_probe{1500};
constexpr std::size_t k_console_lines = 12;
constexpr const char* k_result = "/var/lib/cloud/data/result.json";
constexpr const char* k_status = "/var/lib/cloud/data/status.json";
constexpr const char* k_program = "/usr/bin/cloud-init";
constexpr const char* k_host_key = "/etc/ssh/ssh_host_ed25519_key.pub";

Readiness waiting(std::string message) { return {"in_progress", std::move(message), {}, {}}; }

// Every address that a NIC of the guest has, IPv4 first; loopback and link-local ones are left out.
std::vector<std::string> addresses_of(const Json& state) {
  std::vector<std::string> out;
  for (const char* family : {"inet", "inet6"})
    for (const Json& interface : object_at(state, "network"))
      for (const Json& a : interface.value("addresses", Json::array()))
        if (text_at(a, "scope") == "global" && text_at(a, "family") == family)
          out.push_back(text_at(a, "address"));
  return out;
}

std::string listed(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& t : texts) out += (out.empty() ? "" : ", ") + t;
  return out;
}

std::string last_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::string line;
  for (const char c : text + "\n") {
    if (c == '\r') continue;
    if (c != '\n') {
      line += c;
      continue;
    }
    if (!line.empty()) lines.push_back(line);
    line.clear();
  }
  std::string out;
  for (std::size_t i = lines.size() > k_console_lines ? lines.size() - k_console_lines : 0; i < lines.size();
       ++i)
    out += (out.empty() ? "" : "\n") + lines[i];
  return out;
}

// "ssh-ed25519 AAAA" without the comment.
std::string key_of(const std::string& line) {
  const std::size_t first = line.find(' ');
  if (first == std::string::npos) return line;
  std::size_t second = line.find_first_of(" \r\n", first + 1);
  return line.substr(0, second);
}

class Ladder {
 public:
  Ladder(const Client& client, const Json& there, const Json& desired)
      : x_client(client),
        x_there(there),
        x_state(object_at(there, "state")),
        x_desired(desired),
        x_ready(object_at(desired, "ready")),
        x_name(text_at(there, "name")) {}

  Readiness climb() {
    Readiness ready = rungs();
    if (ready.address.empty()) ready.address = x_address;
    if (std::string_view(ready.status) != "current") ready.evidence = console();
    return ready;
  }

 private:
  Readiness rungs() {
    if (power_of(x_there) != "running")
      return failed("it does not run: its status is " + text_at(x_there, "status"));
    if (wanted("running")) return current();
    if (x_state.value("processes", 0) < 0) return waiting("it runs; waiting for the agent in the guest");
    if (auto missing = address()) return *missing;
    if (wanted("address")) return current();
    if (auto missing = cloud_init()) return *missing;
    if (wanted("cloud-init")) return current();
    return ssh();
  }

  bool wanted(const char* rung) const { return text_at(x_ready, "until") == rung; }

  static Readiness current() { return {"current", {}, {}, {}}; }
  static Readiness failed(std::string message) { return {"failed", std::move(message), {}, {}}; }

  // Virtual machines of old daemons have no log to show.
  std::string console() const {
    const auto text = x_client.text(instance_path(x_name) + "/console?type=log");
    return text ? last_lines(*text) : "";
  }

  std::optional<Readiness> address() {
    const std::vector<std::string> all = addresses_of(x_state);
    const std::string expected = without_prefix(text_at(x_desired, "address"));
    for (const std::string& a : all)
      if (expected.empty() || a == expected) {
        x_address = a;
        return std::nullopt;
      }
    if (expected.empty()) return waiting("it runs; waiting for an address");
    return waiting("it runs; waiting for address " + expected +
                   (all.empty() ? "" : ", now it has " + listed(all)));
  }

  std::optional<std::string> file(const char* path) const {
    return x_client.text(instance_path(x_name) + "/files?path=" + escape(path));
  }

  std::optional<Readiness> cloud_init() {
    const auto result = file(k_result);
    if (!result) return cloud_init_not_done();
    const Json v1 = object_at(Json::parse(*result, nullptr, false), "v1");
    std::vector<std::string> errors;
    for (const Json& e : v1.value("errors", Json::array()))
      if (e.is_string()) errors.push_back(e.get<std::string>());
    if (!errors.empty()) return failed("cloud-init ended in error: " + listed(errors));
    if (text_at(v1, "datasource").find("None") != std::string::npos)
      return failed("cloud-init did not find what dfx gave it (datasource " + text_at(v1, "datasource") +
                    ")");
    return host_key();
  }

  std::optional<Readiness> cloud_init_not_done() {
    const auto status = file(k_status);
    if (status) {
      const std::string stage = text_at(object_at(Json::parse(*status, nullptr, false), "v1"), "stage");
      return waiting("it has its address; cloud-init is at work" + (stage.empty() ? "" : " (" + stage + ")"));
    }
    // Early in the boot there is no status yet; without the program there never will be one.
    if (!file("/etc/hostname") || file(k_program))
      return waiting("it has its address; waiting for cloud-init");
    return failed(
        "its image has no cloud-init: choose a variant that has it (often named `…/cloud`), or say `ready: "
        "address`");
  }

  // The key that dfx made must be there, or whoever connects later would be told another one.
  std::optional<Readiness> host_key() {
    const std::string ours = text_at(x_desired, "host_key");
    if (ours.empty()) return std::nullopt;
    const auto theirs = file(k_host_key);
    if (!theirs || key_of(*theirs) != key_of(ours))
      return failed(
          "cloud-init is done, but the SSH host key is not the one that dfx made: it did not get its "
          "user-data");
    return std::nullopt;
  }

  Readiness ssh() {
    const int port = x_ready.value("port", 22);
    std::string banner;
    const bool open = x_client.call().probe(x_address, static_cast<std::uint16_t>(port), k_probe, banner);
    const std::string where = x_address + ":" + std::to_string(port);
    if (open && banner.rfind("SSH-", 0) == 0) return current();
    if (open) return waiting("cloud-init is done; " + where + " answers, but not with SSH");
    return waiting("cloud-init is done; waiting for SSH at " + where);
  }

  const Client& x_client;
  const Json& x_there;
  const Json x_state;
  const Json& x_desired;
  const Json x_ready;
  const std::string x_name;
  std::string x_address;
};

}  // namespace

Readiness climb(const Client& client, const Json& there, const Json& desired) {
  if (there.is_null()) return {"failed", "the instance is gone", {}, {}};
  if (desired.value("state", "running") != "stopped") return Ladder(client, there, desired).climb();
  if (power_of(there) == "stopped") return {"current", "", {}, {}};
  return waiting("waiting for it to stop");
}

}  // namespace dfx::lxd
