// A machine behind SSH: programs, scripts, files.
#pragma once
#include <dfx/ssh.h>
#include <dfx/sdk/call.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dfx::sdk {

// Either argv, or script with args.
struct Command {
  std::vector<std::string> argv = {};
  std::string script = {};  // for sh, the same text at every call; its first line, a comment, is its name in the trace
  std::vector<std::string> args = {};
  Json input = nullptr;   // a text for stdin, may be made of $dfx nodes
  std::string raw_input = {};  // used if input is null
  std::chrono::milliseconds timeout{60000};
  std::uint64_t limit = 4u << 20;  // bytes kept of each stream
};

struct Ended {
  int status = 0;
  std::string signal;  // what ended it, if it did not end by itself
  std::string output;
  std::string errors;
  bool output_cut = false;
  bool errors_cut = false;

  bool good() const { return status == 0 && signal.empty(); }
  // How it ended and what it said last, for a message: "exit status 1: no such unit".
  std::string words() const;
};

struct SeenFile {
  std::string path;
  std::string type = "absent";  // file, folder, link, other, absent
  std::string mode;             // "0644"
  std::string owner;
  std::string group;
  std::uint64_t size = 0;
  std::string sha256;        // of a file whose contents are no secret
  std::optional<bool> same;  // whether the contents are those that were given

  bool there() const { return type != "absent"; }
};

struct WantedFile {
  std::string path;
  Json contents = nullptr;  // a text, may be made of $dfx nodes
  std::string raw = {};     // used if contents is null
  std::string mode = "0644";
  std::string owner = {};    // empty: whoever writes
  std::string group = {};
  std::string folders = {};  // mode of missing folders above it; empty: they must be there
};

struct Written {
  bool changed = false;    // contents, mode or owner
  bool rewritten = false;  // contents
};

// Everything throws Failure with the host's status and, as the host has said it already, without words of its own.
class Machine {
 public:
  // `machine` is a value of machines/1; `call` is borrowed. With `sudo` everything runs as root.
  Machine(const Call& call, Json machine, bool sudo = true) : x_call(call), x_machine(std::move(machine)), x_sudo(sudo) {}

  const Call& call() const { return x_call; }

  // Any exit status is an answer.
  Ended exec(const Command& command) const;
  Ended run(std::vector<std::string> argv) const { return exec({.argv = std::move(argv)}); }
  // A file's contents; nothing if there is none.
  std::optional<std::string> read(const std::string& path, std::uint64_t limit = 4u << 20) const;
  // What stands at these paths, in their order; where contents are given, whether they are the same.
  std::vector<SeenFile> look(const std::vector<WantedFile>& files) const;
  Written write(const WantedFile& file) const;

  // The same machine, for a plugin that can ask another one: not to reach it says nothing to anybody.
  Machine quiet() const {
    Machine out = *this;
    out.x_quiet = true;
    return out;
  }

  // What every request about this machine begins with.
  Json request() const {
    Json out = {{"machine", x_machine}, {"sudo", x_sudo}};
    if (x_quiet) out["quiet"] = true;
    return out;
  }
  // The members of a request that say how a file is to be.
  static void describe(Json& request, const WantedFile& file);

 private:
  const dfx_ssh& table() const {
    auto* t = x_call.extension<dfx_ssh>(DFX_SSH_ID);
    if (t == nullptr) throw Failure(DFX_UNSUPPORTED, "host.no-ssh", "this host offers no SSH");
    return *t;
  }

  const Call& x_call;
  Json x_machine;
  bool x_sudo;
  bool x_quiet = false;
};

inline std::string Ended::words() const {
  std::string out = signal.empty() ? "exit status " + std::to_string(status) : "ended by signal " + signal;
  const std::string& said = errors.find_first_not_of(" \r\n") == std::string::npos ? output : errors;
  const std::size_t last = said.find_last_not_of(" \r\n");
  if (last == std::string::npos) return out;
  const std::size_t before = said.find_last_of("\r\n", last);
  const std::size_t first = before == std::string::npos ? 0 : before + 1;
  return out + ": " + said.substr(first, last - first + 1);
}

inline Ended Machine::exec(const Command& command) const {
  Json head = request();
  if (!command.argv.empty()) head["argv"] = command.argv;
  if (!command.script.empty()) head["script"] = command.script;
  if (!command.args.empty()) head["args"] = command.args;
  if (!command.input.is_null()) head["stdin"] = command.input;
  head["timeout_ms"] = command.timeout.count();
  head["limit"] = command.limit;
  StringSink result, output, errors;
  const std::int32_t status = table().exec(x_call.host(), x_call.raw(), bytes(dump(head)), bytes(command.raw_input),
                                           result.sink(), output.sink(), errors.sink());
  if (status != DFX_OK) throw Failure(status, "", "command failed");
  const Json json = Json::parse(result.text);
  Ended out{json.value("status", 0), json.value("signal", ""), std::move(output.text), std::move(errors.text)};
  out.output_cut = json.value("output_cut", false);
  out.errors_cut = json.value("errors_cut", false);
  return out;
}

inline std::optional<std::string> Machine::read(const std::string& path, std::uint64_t limit) const {
  Json head = request();
  head["path"] = path;
  head["limit"] = limit;
  StringSink result, contents;
  const std::int32_t status =
      table().read(x_call.host(), x_call.raw(), bytes(dump(head)), result.sink(), contents.sink());
  if (status != DFX_OK) throw Failure(status, "", "read failed");
  if (Json::parse(result.text).value("type", "") != "file") return std::nullopt;
  return std::move(contents.text);
}

inline std::vector<SeenFile> Machine::look(const std::vector<WantedFile>& files) const {
  Json head = request();
  head["files"] = Json::array();
  for (const WantedFile& file : files) {
    Json entry = {{"path", file.path}};
    if (!file.contents.is_null()) entry["contents"] = file.contents;
    head["files"].push_back(std::move(entry));
  }
  StringSink result;
  const std::int32_t status = table().look(x_call.host(), x_call.raw(), bytes(dump(head)), result.sink());
  if (status != DFX_OK) throw Failure(status, "", "look failed");
  std::vector<SeenFile> out;
  for (const Json& seen : Json::parse(result.text)) {
    SeenFile file{seen.value("path", ""),  seen.value("type", ""),  seen.value("mode", ""), seen.value("owner", ""),
                  seen.value("group", ""), seen.value("size", std::uint64_t{0}), seen.value("sha256", ""), {}};
    if (seen.contains("same")) file.same = seen["same"].get<bool>();
    out.push_back(std::move(file));
  }
  return out;
}

inline void Machine::describe(Json& request, const WantedFile& file) {
  request["path"] = file.path;
  request["mode"] = file.mode;
  if (!file.owner.empty()) request["owner"] = file.owner;
  if (!file.group.empty()) request["group"] = file.group;
  if (!file.folders.empty()) request["folders"] = file.folders;
}

inline Written Machine::write(const WantedFile& file) const {
  Json head = request();
  describe(head, file);
  if (!file.contents.is_null()) head["contents"] = file.contents;
  StringSink result;
  const std::int32_t status =
      table().write(x_call.host(), x_call.raw(), bytes(dump(head)), bytes(file.raw), result.sink());
  if (status != DFX_OK) throw Failure(status, "", "write failed");
  const Json json = Json::parse(result.text);
  return {json.value("changed", true), json.value("rewritten", true)};
}

}  // namespace dfx::sdk
