#include "sandbox/lxd/guest_files.hpp"

#include <set>

#include "sandbox/lxd/cloud_config.hpp"
#include "sandbox/lxd/guest.hpp"
#include "sandbox/lxd/instances.hpp"

namespace dfx::sandbox::lxd {
namespace {

using Files = std::map<std::string, GuestFile>;

const std::set<std::string> k_folders = {
    "/",        "/bin",     "/boot",    "/dev",      "/etc",       "/etc/apt", "/etc/apt/sources.list.d", "/etc/cloud",
    "/etc/cloud/cloud.cfg.d", "/etc/default", "/etc/modules-load.d", "/etc/netplan", "/etc/ssh",
    "/etc/ssh/sshd_config.d", "/etc/sudoers.d", "/etc/sysctl.d", "/etc/systemd", "/etc/systemd/system", "/home", "/lib",
    "/media",   "/mnt",     "/opt",     "/proc",     "/root",      "/run",     "/sbin",    "/srv",     "/sys",
    "/tmp",     "/usr",     "/usr/bin", "/usr/lib",  "/usr/local", "/usr/local/bin", "/usr/local/sbin", "/usr/share",
    "/var",     "/var/cache", "/var/lib", "/var/log", "/var/tmp"};

constexpr const char* k_gone = "gone";  // a file that cloud-init made and somebody removed


std::string log_time(Micros time) {
  std::string text = timestamp(time - time % k_second);
  text[10] = ' ';
  return text.substr(0, 19) + " +0000 UTC";
}

Json stage(std::optional<Micros> start, std::optional<Micros> end, bool failed) {
  const auto seconds = [](std::optional<Micros> at) -> Json {
    return at ? Json(static_cast<double>(*at) / 1e6) : Json(nullptr);
  };
  Json errors = Json::array();
  if (failed) errors.push_back("('scripts_user', RuntimeError('Runparts: 1 failures (runcmd) in 1 attempted commands'))");
  return {{"errors", errors}, {"finished", seconds(end)}, {"start", seconds(start)}};
}

std::string status_json(const Json& instance, Micros now) {
  const Boot boot = boot_of(instance);
  const Micros start = instance["sim"]["started_at"];
  const bool done = boot.cloud_init && *boot.cloud_init <= now;
  const auto end = done ? boot.cloud_init : std::nullopt;
  return Json{{"v1",
               {{"datasource", "DataSourceLXD"},
                {"init-local", stage(start, start, false)},
                {"init", stage(start, start, false)},
                {"modules-init", stage(std::nullopt, std::nullopt, false)},
                {"modules-config", stage(start, end, false)},
                {"modules-final", stage(done ? boot.cloud_init : std::nullopt, end, done && boot.cloud_init_error)},
                {"stage", done ? Json(nullptr) : Json("modules-config")}}}}
      .dump(1);
}

std::string result_json(const Json& instance) {
  Json errors = Json::array();
  if (boot_of(instance).cloud_init_error) {
    errors.push_back("('scripts_user', RuntimeError('Runparts: 1 failures (runcmd) in 1 attempted commands'))");
  }
  return Json{{"v1", {{"datasource", "DataSourceLXD"}, {"errors", errors}}}}.dump(1);
}

// What cloud-init has written by now.
Files generated(const Context& context, const Json& instance) {
  Files files;
  const bool on = is_running(instance);
  const Boot boot = boot_of(instance);
  const bool done = boot.cloud_init && *boot.cloud_init <= context.now;
  const Micros started = on ? instance["sim"]["started_at"].get<Micros>() : 0;
  const auto add = [&](const std::string& path, const std::string& content) {
    files[path] = GuestFile{content, "file", "0644", "0", "0", started};
  };
  if (on && instance["sim"].value("cloud_init", false)) {
    add("/var/lib/cloud/data/status.json", status_json(instance, context.now));
    files["/run/cloud-init/status.json"] =
        GuestFile{"/var/lib/cloud/data/status.json", "symlink", "0777", "0", "0", started};
  }
  if (done) {
    for (const char* path : {"/run/cloud-init/result.json", "/var/lib/cloud/data/result.json"}) {
      add(path, result_json(instance));
    }
  }
  if (!done && !instance["sim"].value("configured", false)) return files;
  add("/var/lib/cloud/instance/boot-finished", log_time(started) + " up 8.01 seconds\n");
  for (const auto& [path, content] : written_files(cloud_text(context, instance, "user-data"), instance["name"])) {
    add(guest_path(path), content);
  }
  return files;
}

Files all_files(const Context& context, const Json& instance) {
  Files files = generated(context, instance);
  for (const auto& [path, file] : instance["sim"]["files"].items()) {
    if (file["type"] == k_gone) files.erase(path);
    else files[path] = {file["content"], file["type"], file["mode"], file["uid"], file["gid"], file["modified"]};
  }
  return files;
}

bool inside(const std::string& path, const std::string& folder) {
  if (folder == "/") return path.size() > 1;
  return path.size() > folder.size() + 1 && path.compare(0, folder.size() + 1, folder + "/") == 0;
}

bool is_folder(const Files& files, const std::string& path) {
  if (k_folders.count(path) != 0) return true;
  for (const auto& [known, file] : files) {
    if (inside(known, path)) return true;
  }
  return false;
}

}  // namespace

std::string guest_path(const std::string& text) {
  std::string path = "/";
  for (const char c : text) {
    if (c != '/' || path.back() != '/') path += c;
  }
  if (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::optional<GuestFile> guest_file(const Context& context, const Json& instance, const std::string& path) {
  const Files files = all_files(context, instance);
  if (const auto found = files.find(path); found != files.end()) return found->second;
  if (!is_folder(files, path)) return std::nullopt;
  GuestFile folder;
  folder.type = "directory";
  folder.mode = path == "/root" ? "0700" : "0755";
  folder.modified = instance["created_at"];
  return folder;
}

std::vector<std::string> names_in(const Context& context, const Json& instance, const std::string& folder) {
  std::set<std::string> names;
  const std::size_t start = folder == "/" ? 1 : folder.size() + 1;
  const auto add = [&](const std::string& path) {
    if (inside(path, folder)) names.insert(path.substr(start, path.find('/', start) - start));
  };
  for (const auto& [path, file] : all_files(context, instance)) add(path);
  for (const auto& path : k_folders) add(path);
  return {names.begin(), names.end()};
}

void put_file(Json& instance, const std::string& path, const GuestFile& file) {
  instance["sim"]["files"][path] = {{"content", file.content}, {"type", file.type}, {"mode", file.mode},
                                    {"uid", file.uid},         {"gid", file.gid},   {"modified", file.modified}};
}

void remove_file(Json& instance, const std::string& path) {
  put_file(instance, path, GuestFile{"", k_gone, "", "", "", 0});
}

}  // namespace dfx::sandbox::lxd
