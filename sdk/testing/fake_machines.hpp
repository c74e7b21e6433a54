// Machines for a plugin's unit tests: programs answer what the test scripts, files are kept in memory.
//
//   host.machines.on("systemctl show *", [](const Ran& r) { return Said{"ActiveState=active\n"}; });
//   host.machines.on("facts", Said{R"({"kernel":"6.1"})"});          // a script whose first line is "# facts"
//   host.machines.files["10.0.0.1"]["/etc/hostname"] = {"cp-a\n"};
//
// Part of FakeHost, which holds plugins to the rules of effects.
#pragma once
#include <dfx/sdk.hpp>
#include <dfx/sdk/read_only.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace dfx::testing {

using sdk::Json;

// A program or script that a plugin wants run.
struct Ran {
  std::string address;  // of the machine
  std::string line;     // "systemctl show k3s"; of a script: the comment in its first line, and its args
  std::vector<std::string> argv;
  std::string script;
  std::vector<std::string> args;
  std::string input;  // raw bytes, or the text; of nodes their JSON
  bool sudo = false;
  Json request;
};

struct Said {
  std::string output = {};
  int status = 0;
  std::string errors = {};
  std::string signal = {};
  std::int32_t outcome = DFX_OK;  // another status of the ABI: nobody knows how it ended
};

struct FakeFile {
  std::string contents = {};  // of nodes their JSON: whether files are the same is decided by it
  std::string mode = "0644";
  std::string owner = "root";
  std::string group = "root";
  std::string type = "file";
  std::string sha256 = {};  // empty: some digest of the contents, not the real one
};

class FakeMachines {
 public:
  using Handler = std::function<Said(const Ran&)>;

  // `line` is compared with that of the program; a "*" at its end stands for anything. Later rules come first.
  void on(std::string line, Handler handler) { x_rules.push_back({std::move(line), std::move(handler)}); }
  void on(std::string line, Said said) {
    on(std::move(line), [said](const Ran&) { return said; });
  }

  std::map<std::string, std::map<std::string, FakeFile>> files;  // by address, by path
  std::set<std::string> down;                                    // addresses that do not answer
  std::map<std::string, std::string> artifacts;                  // what the world offers: bytes by sha256
  std::set<std::string> fetched;                                 // sha256 of what is in the cache
  std::vector<Ran> ran;
  // Everything in order: "10.0.0.1 systemctl show k3s", "10.0.0.1 write /etc/x" (changed), "10.0.0.1 keep /etc/x" (was
  // so already), "fetch <sha256>", "10.0.0.1 push /usr/local/bin/k3s". What only looks at files is left out.
  std::vector<std::string> log;

  const FakeFile& file(const std::string& address, const std::string& path) const {
    const auto machine = files.find(address);
    if (machine == files.end() || machine->second.count(path) == 0)
      throw std::runtime_error("no file " + path + " on " + address);
    return machine->second.at(path);
  }

 private:
  friend class FakeHost;
  friend class LoadedPlugin;
  struct Rule {
    std::string line;
    Handler handler;
  };

  static std::string address_of(const Json& request) { return request.at("machine").value("address", ""); }
  static std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : sdk::dump(value); }

  static Ran read_command(const Json& request, std::string_view input) {
    Ran r;
    r.address = address_of(request);
    r.argv = request.value("argv", std::vector<std::string>());
    r.script = request.value("script", "");
    r.args = request.value("args", std::vector<std::string>());
    r.input = request.contains("stdin") ? text_of(request["stdin"]) : std::string(input);
    r.sudo = request.value("sudo", false);
    r.request = request;
    if (r.argv.empty() == r.script.empty()) throw std::runtime_error("a command is either argv or script");
    if (!r.script.empty()) {
      r.line = r.script.substr(0, r.script.find('\n'));
      r.line.erase(0, r.line.find_first_not_of("# "));
    }
    for (const auto* words : {&r.argv, &r.args})
      for (const std::string& word : *words) r.line += (r.line.empty() ? "" : " ") + word;
    return r;
  }

  bool reads_only(const Ran& r) const {
    for (const Json& rule : read_only) {
      if (!r.script.empty() && rule.value("script", "") == r.script) return true;
      if (!r.argv.empty() && sdk::matches_words(rule.value("argv", std::vector<std::string>()), r.argv)) return true;
    }
    return false;
  }

  // Nothing: nothing is scripted for it.
  const Handler* find(const std::string& line) const {
    for (auto rule = x_rules.rbegin(); rule != x_rules.rend(); ++rule) {
      const bool open = !rule->line.empty() && rule->line.back() == '*';
      const std::size_t size = rule->line.size() - (open ? 1 : 0);
      if (open ? line.compare(0, size, rule->line, 0, size) == 0 : line == rule->line) return &rule->handler;
    }
    return nullptr;
  }

  static std::string digest(const FakeFile& file) {
    if (!file.sha256.empty()) return file.sha256;
    static constexpr char k_hex[] = "0123456789abcdef";
    std::string out(64, '0');
    for (std::size_t rest = std::hash<std::string>()(file.contents), i = 0; i < 16; rest >>= 4, ++i) out[i] = k_hex[rest & 15];
    return out;
  }

  Json seen(const std::string& address, const std::string& path, const Json* contents) {
    const auto& there = files[address];
    const auto found = there.find(path);
    if (found == there.end()) return contents == nullptr ? Json{{"path", path}, {"type", "absent"}}
                                                         : Json{{"path", path}, {"type", "absent"}, {"same", false}};
    const FakeFile& f = found->second;
    Json out = {{"path", path}, {"type", f.type}, {"mode", f.mode}, {"owner", f.owner}, {"group", f.group}};
    if (f.type != "file") return out;
    out["size"] = f.contents.size();
    out["sha256"] = digest(f);
    if (contents != nullptr) out["same"] = text_of(*contents) == f.contents;
    return out;
  }

  // What dfx_ssh.write and dfx_artifact.push answer.
  Json put(const Json& request, FakeFile file, const char* verb) {
    const std::string address = address_of(request), path = request.at("path");
    file.mode = request.value("mode", "0644");
    file.owner = request.value("owner", "root");
    file.group = request.value("group", "root");
    auto& there = files[address];
    const auto old = there.find(path);
    const bool rewritten = old == there.end() || digest(old->second) != digest(file);
    const bool changed = rewritten || old->second.mode != file.mode || old->second.owner != file.owner ||
                         old->second.group != file.group;
    there[path] = std::move(file);
    log.push_back(address + " " + (changed ? verb : "keep") + " " + path);
    return {{"changed", changed}, {"rewritten", rewritten}};
  }

  Json read_only = Json::array();  // the plugin's rules
  std::vector<Rule> x_rules;
};

}  // namespace dfx::testing
