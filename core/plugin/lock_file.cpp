#include "core/plugin/lock_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/model/diagnostics.hpp"
#include "core/util/files.hpp"

namespace dfx {
namespace {

constexpr std::size_t k_most_bytes = 4u << 20;
constexpr int k_format = 1;
constexpr const char* k_upgrade = "if you installed another build on purpose: dfx plugin lock";

[[noreturn]] void unreadable(const std::filesystem::path& file, const std::string& why) {
  throw Error("lock.unreadable", "the lock file cannot be read", file.string() + ": " + why,
              "restore it from your repository, or delete it: the next apply writes it anew");
}

[[noreturn]] void not_written(const std::filesystem::path& file) {
  throw Error("lock.not-written", "the lock file cannot be written", file.string() + ": " + std::strerror(errno),
              "make its folder writable, or free some space");
}

// True if the text is on disk under `file`.
bool write_synced(const std::filesystem::path& file, std::string_view text) {
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) return false;
  const bool good = write_all(fd, text) && fsync(fd) == 0;
  const int problem = errno;
  close(fd);
  errno = problem;
  return good;
}

bool well_formed(const Json& plugins) {
  if (!plugins.is_object()) return false;
  for (const Json& p : plugins) {
    if (!p.is_object() || !p.value("version", Json()).is_string() || !p.value("sha256", Json()).is_object()) return false;
    for (const Json& digest : p["sha256"])
      if (!digest.is_string()) return false;
  }
  return true;
}

}  // namespace

const char* lock_platform() {
#if defined(__x86_64__)
  return "linux-x86_64";
#else
  return "linux-aarch64";
#endif
}

LockFile::LockFile() : x_json({{"lock", k_format}, {"plugins", Json::object()}}) {}

LockFile LockFile::read(const std::filesystem::path& file) {
  LockFile out;
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error) return out;
  if (error) unreadable(file, error.message());
  if (!std::filesystem::is_regular_file(file, error)) unreadable(file, "it is no regular file");
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) unreadable(file, "reading failed");
  try {
    out.x_json = parse_json(text, {k_most_bytes, 16});
  } catch (const Error& e) {
    unreadable(file, e.diagnostics().list().front().detail);
  }
  if (!out.x_json.is_object() || !out.x_json.value("lock", Json()).is_number_integer())
    unreadable(file, "it is no dfx.lock");
  if (out.x_json["lock"] != k_format)
    throw Error("lock.newer-format", "the lock file has another format", file.string() + ": format " + out.x_json["lock"].dump(),
                "use the version of dfx that wrote it, or a newer one");
  if (!well_formed(out.x_json.value("plugins", Json()))) unreadable(file, "its list of plugins is damaged");
  return out;
}

void LockFile::write(const std::filesystem::path& file) const {
  const auto whole = std::filesystem::absolute(file);
  const std::filesystem::path fresh = whole.string() + ".new";
  if (!write_synced(fresh, x_json.dump(2) + "\n") || rename(fresh.c_str(), whole.c_str()) != 0) {
    const int problem = errno;
    unlink(fresh.c_str());
    errno = problem;
    not_written(file);
  }
  if (!sync_folder(whole.parent_path())) not_written(file);
}

bool LockFile::empty() const { return x_json.at("plugins").empty(); }

bool LockFile::has(const std::string& name) const { return x_json.at("plugins").contains(name); }

LockedPlugin LockFile::locked(const std::string& name) const {
  const Json& p = x_json.at("plugins").at(name);
  const Json at = p.value("locked_at", Json(""));
  const Json digest = p.at("sha256").value(lock_platform(), Json(""));
  return {name, p.at("version").get<std::string>(), digest.get<std::string>(), at.is_string() ? at.get<std::string>() : ""};
}

std::vector<LockedPlugin> LockFile::plugins() const {
  std::vector<LockedPlugin> out;
  for (const auto& [name, ignored] : x_json.at("plugins").items()) out.push_back(locked(name));
  return out;
}

void LockFile::set(const std::string& name, const std::string& version, const std::string& sha256, const std::string& now) {
  Json& plugins = x_json["plugins"];
  const bool same = plugins.contains(name) && plugins[name].at("version") == version;
  Json digests = same ? plugins[name].at("sha256") : Json::object();
  if (same && digests.value(lock_platform(), "") == sha256) return;
  digests[lock_platform()] = sha256;
  plugins[name] = {{"version", version}, {"sha256", std::move(digests)}, {"locked_at", now}};
}

void LockFile::remove(const std::string& name) { x_json["plugins"].erase(name); }

void LockFile::admit(const std::string& name, const std::string& version, const std::string& sha256) const {
  if (!has(name))
    throw Error("plugin.not-locked", "a plugin is not in the lock file", "dfx.lock has no plugin `" + name + "`",
                "add it with: dfx plugin lock");
  const LockedPlugin known = locked(name);
  if (known.sha256.empty())
    throw Error("plugin.not-locked", "a plugin is not in the lock file",
                "dfx.lock has plugin `" + name + "` " + known.version + ", but not for " + lock_platform(), "add it with: dfx plugin lock");
  if (known.sha256 == sha256) return;
  throw Error("plugin.digest-mismatch", "a plugin is not the one in the lock file",
              "plugin `" + name + "` " + version + " has SHA-256 " + sha256 + ", but dfx.lock has " + known.version + " with " +
                  known.sha256 + (known.locked_at.empty() ? "" : ", locked at " + known.locked_at),
              k_upgrade);
}

}  // namespace dfx
