// What reaches into a machine: files, commands, the console, logs.
#include <algorithm>
#include <ctime>

#include "sandbox/lxd/go_json.hpp"
#include "sandbox/lxd/guest.hpp"
#include "sandbox/lxd/guest_files.hpp"
#include "sandbox/lxd/instances.hpp"
#include "sandbox/lxd/operations.hpp"
#include "sandbox/lxd/routes.hpp"

namespace dfx::sandbox::lxd {
namespace {

const std::string k_log_folder = "/var/log/lxd/";

std::string http_date(Micros time) {
  const std::time_t seconds = static_cast<std::time_t>(time / k_second);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text;
}

Reply raw_file(const std::string& content, const std::string& name, Micros modified) {
  Reply reply;
  reply.body = content;
  reply.content_type = "application/octet-stream";
  reply.headers = {{"Accept-Ranges", "bytes"},
                   {"Content-Disposition", "inline;filename=" + name},
                   {"Last-Modified", http_date(modified)}};
  return reply;
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void need_agent(const Context& context, const Json& instance) {
  if (is_virtual_machine(instance) && !(is_running(instance) && reachable_inside(instance, context.now))) {
    throw Refusal{500, "LXD VM agent isn't currently running"};
  }
}

std::string go_time(Micros time) {
  std::string text = timestamp(time - time % k_second);
  text[10] = ' ';
  return text.substr(0, 19) + " +0000 UTC";
}

// Folders are lists of names, files are their bytes.
Reply file_get(const Context& context, const Json& instance, const std::string& path) {
  const auto file = guest_file(context, instance, path);
  if (!file) throw Refusal{404, "Not Found"};
  const bool head = context.request.method == "HEAD";
  const bool folder = file->type == "directory";
  Reply reply = folder ? sync(names_in(context, instance, path)) : raw_file(file->content, file_name(path), file->modified);
  if (head) reply = sync_empty();
  reply.headers.insert(reply.headers.end(), {{"X-Lxd-Uid", file->uid},
                                             {"X-Lxd-Gid", file->gid},
                                             {"X-Lxd-Mode", file->mode},
                                             {"X-Lxd-Modified", go_time(file->modified)},
                                             {"X-Lxd-Type", file->type}});
  return reply;
}

std::string header_or(const Request& request, const char* name, const std::string& fallback) {
  const std::string value = request.header(name);
  return value.empty() ? fallback : value;
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

// What is there keeps its owner and mode: the headers are for what is made.
GuestFile new_file(const Context& context, const std::string& type) {
  const Request& request = context.request;
  const std::string mode = type == "directory" ? "0755" : type == "symlink" ? "0777" : "0644";
  GuestFile file;
  file.type = type;
  file.mode = header_or(request, "x-lxd-mode", mode);
  file.uid = header_or(request, "x-lxd-uid", "0");
  file.gid = header_or(request, "x-lxd-gid", "0");
  return file;
}

Reply file_post(const Context& context, Json instance, const std::string& path) {
  const std::string type = header_or(context.request, "x-lxd-type", "file");
  const std::string write = header_or(context.request, "x-lxd-write", "overwrite");
  if (type != "file" && type != "directory" && type != "symlink") throw Refusal{400, "Bad file type: " + type};
  if (write != "overwrite" && write != "append") throw Refusal{400, "Bad file write mode: " + write};
  const auto before = guest_file(context, instance, path);
  const auto folder = guest_file(context, instance, parent_of(path));
  if (!folder || folder->type != "directory") throw Refusal{404, "Not Found"};
  const bool was_folder = before && before->type == "directory";
  if (was_folder && type == "directory") return sync_empty();
  if (was_folder) throw Refusal{500, "sftp: \"open " + path + ": is a directory\" (SSH_FX_FAILURE)"};
  GuestFile file = before ? *before : new_file(context, type);
  file.content = write == "append" ? file.content + context.request.body : context.request.body;
  file.modified = context.now;
  put_file(instance, path, file);
  context.put("instance", instance["name"], instance);
  return sync_empty();
}

Reply file_delete(const Context& context, Json instance, const std::string& path) {
  const auto file = guest_file(context, instance, path);
  if (!file) throw Refusal{404, "Not Found"};
  if (file->type == "directory" && !names_in(context, instance, path).empty()) {
    throw Refusal{500, "sftp: \"remove " + path + ": directory not empty\" (SSH_FX_FAILURE)"};
  }
  remove_file(instance, path);
  context.put("instance", instance["name"], instance);
  return sync_empty();
}

struct Outcome {
  int code = 0;
  std::string out;
  std::string error;  // of the operation, not of the command
};

bool starts_with_words(const Json& command, std::initializer_list<const char*> words) {
  std::size_t at = 0;
  for (const char* word : words) {
    if (at >= command.size() || command[at++] != word) return false;
  }
  return true;
}

// The few commands that a simulated machine knows; all others it does not find.
Outcome run(const Context& context, const Json& instance, const Json& command) {
  if (command.empty()) return {0, "", "Failed to retrieve PID of executing child process"};
  if (starts_with_words(command, {"true"})) return {};
  if (starts_with_words(command, {"false"})) return {1, "", ""};
  if (starts_with_words(command, {"hostname"})) {
    const auto name = guest_file(context, instance, "/etc/hostname");
    return {0, name ? name->content : "localhost\n", ""};
  }
  if (starts_with_words(command, {"cat"}) && command.size() == 2) {
    const auto file = guest_file(context, instance, guest_path(command[1]));
    return file && file->type == "file" ? Outcome{0, file->content, ""} : Outcome{1, "", ""};
  }
  if (starts_with_words(command, {"cloud-init", "status"}) && instance["sim"].value("cloud_init", false)) {
    const Json status = cloud_init_status(instance, context.now);
    return {status["status"] == "error" ? 1 : 0, status.dump(2) + "\n", ""};
  }
  return {127, "", "Command not found"};
}

// `cloud-init status --wait` ends when cloud-init does.
Micros ends_at(const Json& instance, const Json& command, Micros now) {
  const bool waits = starts_with_words(command, {"cloud-init", "status"}) &&
                     std::find(command.begin(), command.end(), "--wait") != command.end();
  const Boot boot = boot_of(instance);
  if (!waits) return now;
  return boot.cloud_init ? std::max(now, *boot.cloud_init) : now + 365 * 86400 * k_second;
}

std::string log_url(const Json& instance, const std::string& file) {
  return "/1.0/instances/" + instance["name"].get<std::string>() + "/logs/" + file;
}

const Json* find_log(const Json& instance, const std::string& file) {
  const auto found = instance["sim"]["logs"].find(file);
  return found == instance["sim"]["logs"].end() ? nullptr : &*found;
}

void check_log_name(const std::string& file) {
  const bool known = file == "lxc.log" || file == "lxc.conf" || file == "qemu.log" || file.compare(0, 5, "exec_") == 0;
  if (!known || file.find('/') != std::string::npos) throw Refusal{400, "log file name " + file + " not valid"};
}

[[noreturn]] void no_such_log(const Json& instance, const std::string& file) {
  throw Refusal{500, "open " + k_log_folder + instance["name"].get<std::string>() + "/" + file +
                         ": no such file or directory"};
}

}  // namespace

Reply instance_files(Context& context) {
  const Json instance = load_instance(context, context.arguments[0]);
  const std::string given = context.request.parameter("path");
  if (given.empty()) throw Refusal{400, "Missing path argument"};
  need_agent(context, instance);
  const std::string path = guest_path(given);
  if (only_reads(context.request)) return file_get(context, instance, path);
  if (context.request.method == "POST") return file_post(context, instance, path);
  return file_delete(context, instance, path);
}

Reply instance_exec(Context& context) {
  static const std::vector<GoField> fields = {
      {"command", GoType::texts},       {"environment", GoType::text_map}, {"wait-for-websocket", GoType::boolean},
      {"interactive", GoType::boolean}, {"record-output", GoType::boolean}, {"cwd", GoType::text},
      {"user", GoType::integer},        {"group", GoType::integer}};
  const Json body = decode(context.request.body, "InstanceExecPost", fields);
  Json instance = load_instance(context, context.arguments[0]);
  if (!is_running(instance)) throw Refusal{400, "Instance is not running"};
  if (instance["sim"]["power"] == "frozen") throw Refusal{400, "Instance is frozen"};
  if (body.value("wait-for-websocket", false)) throw Refusal{501, "The simulator does not stream commands"};
  NewOperation operation;
  operation.description = "Executing command";
  operation.resources = instance_resources(instance);
  const Json command = body.value("command", Json::array());
  const Micros end = ends_at(instance, command, context.now);
  operation.seconds = context.faults.latency().exec + static_cast<double>(end - context.now) / 1e6;
  Context later{context.store, context.request, context.faults, context.fault, end, context.trusted, {}};
  Outcome outcome = run(later, instance, command);
  if (is_virtual_machine(instance) && !reachable_inside(instance, context.now)) {
    outcome.error = "LXD VM agent isn't currently running";
  }
  operation.error = outcome.error;
  operation.final_metadata = {{"return", outcome.code}};
  if (body.value("record-output", false)) {
    const std::string stem = "exec_" + uuid();
    instance["sim"]["logs"][stem + ".stdout"] = outcome.out;
    instance["sim"]["logs"][stem + ".stderr"] = "";
    context.put("instance", instance["name"], instance);
    operation.final_metadata["output"] = {{"1", log_url(instance, stem + ".stdout")},
                                          {"2", log_url(instance, stem + ".stderr")}};
  }
  if (!operation.error.empty()) operation.metadata = operation.final_metadata;
  return start_operation(context, operation);
}

Reply instance_console_get(Context& context) {
  const Json instance = load_instance(context, context.arguments[0]);
  if (is_virtual_machine(instance)) throw Refusal{500, "Instance is not container type"};
  if (!instance["sim"].contains("started_at")) no_such_log(instance, "console.log");
  return raw_file(console_text(instance, context.now), "", context.now);
}

Reply instance_logs_get(Context& context) {
  const Json instance = load_instance(context, context.arguments[0]);
  Json urls = Json::array();
  for (const auto& [file, content] : instance["sim"]["logs"].items()) urls.push_back(log_url(instance, file));
  if (!instance["sim"].contains("started_at")) return sync(urls);
  if (!is_virtual_machine(instance)) urls.push_back(log_url(instance, "lxc.conf"));
  urls.push_back(log_url(instance, is_virtual_machine(instance) ? "qemu.log" : "lxc.log"));
  return sync(urls);
}

Reply instance_log_get(Context& context) {
  const Json instance = load_instance(context, context.arguments[0]);
  const std::string& file = context.arguments[1];
  check_log_name(file);
  if (file == "lxc.log" || file == "lxc.conf" || file == "qemu.log") return raw_file("", file, context.now);
  const Json* content = find_log(instance, file);
  if (content == nullptr) no_such_log(instance, file);
  return raw_file(*content, file, context.now);
}

Reply instance_log_delete(Context& context) {
  Json instance = load_instance(context, context.arguments[0]);
  const std::string& file = context.arguments[1];
  check_log_name(file);
  if (file == "lxc.log" || file == "lxc.conf") throw Refusal{400, "lxc.log and lxc.conf may not be deleted"};
  if (find_log(instance, file) == nullptr) {
    throw Refusal{404, "remove " + k_log_folder + context.arguments[0] + "/" + file + ": no such file or directory"};
  }
  instance["sim"]["logs"].erase(file);
  context.put("instance", instance["name"], instance);
  return sync_empty();
}

}  // namespace dfx::sandbox::lxd
