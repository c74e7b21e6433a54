#include "host/secrets/identity.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "core/model/diagnostics.hpp"
#include "core/util/files.hpp"
#include "host/secrets/crypto.hpp"
#include "host/secrets/fd.hpp"

namespace dfx::host {
namespace {

constexpr std::size_t k_largest = 64 * 1024;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& why) {
  throw Error("identity.bad-file", "the workspace's identity file cannot be used", file.string() + ": " + why,
              "restore it from a backup: what is sealed cannot be opened without it");
}

[[noreturn]] void fail_errno(const std::filesystem::path& file, const char* doing) {
  fail(file, std::string(doing) + ": " + std::strerror(errno));
}

void check_mode(const std::filesystem::path& file, int fd) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) fail_errno(file, "cannot be looked at");
  if (!S_ISREG(info.st_mode)) fail(file, "it is no regular file");
  if ((info.st_mode & 077) != 0 || (info.st_uid != ::geteuid() && info.st_uid != 0))
    throw Error("identity.unsafe", "the workspace's identity file is open to others",
                file.string() + " must belong to you and be readable by nobody else", "chmod 600 " + file.string());
}

std::string read_all(const std::filesystem::path& file, int fd) {
  std::string out(k_largest, '\0');
  std::size_t size = 0;
  while (size < out.size()) {
    const ssize_t n = ::read(fd, out.data() + size, out.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_errno(file, "cannot be read");
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  out.resize(size);
  return out;
}

// The first line that is neither empty nor a comment.
AgeIdentity parse_file(const std::filesystem::path& file, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (!line.empty() && line.front() != '#') return AgeIdentity::parse(line);
  }
  fail(file, "it holds no key");
}

// Written whole beside its place, then linked there: a crash leaves no half file, a second process no second key.
void make(const std::filesystem::path& file) {
  std::error_code error;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
  if (error) fail(file, "its folder cannot be made: " + error.message());
  std::string part = file.string() + ".XXXXXX";
  const Fd fd(::mkostemp(part.data(), O_CLOEXEC));
  if (!fd.valid()) fail_errno(file, "cannot be made");
  const AgeIdentity identity = AgeIdentity::generate();
  std::string text = "# The key of this dfx workspace: what dfx seals, it and `age -d -i` can open.\n# public key: " +
                     identity.recipient() + "\n" + identity.text() + "\n";
  try {
    if (!write_all(fd.get(), text)) fail_errno(file, "cannot be written");
    if (::fsync(fd.get()) != 0) fail_errno(file, "cannot be made durable");
    if (::link(part.c_str(), file.c_str()) != 0 && errno != EEXIST) fail_errno(file, "cannot be made");
  } catch (...) {
    ::unlink(part.c_str());
    throw;
  }
  wipe(text);
  ::unlink(part.c_str());
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  if (!sync_folder(folder)) fail_errno(folder, "cannot be made durable");
}

}  // namespace

std::optional<AgeIdentity> find_identity(const std::filesystem::path& file) {
  const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd.valid() && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (!fd.valid()) fail_errno(file, "cannot be opened");
  check_mode(file, fd.get());
  std::string text = read_all(file, fd.get());
  const AgeIdentity identity = parse_file(file, text);
  wipe(text);
  return identity;
}

AgeIdentity open_identity(const std::filesystem::path& file) {
  if (auto found = find_identity(file)) return *found;
  make(file);
  if (auto made = find_identity(file)) return *made;
  fail(file, "it vanished while it was made");
}

}  // namespace dfx::host
