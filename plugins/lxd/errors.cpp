#include "plugins/lxd/errors.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>

namespace dfx::lxd {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool says(const std::string& words, std::initializer_list<const char*> patterns) {
  const std::string text = lower(words);
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const char* p) { return text.find(p) != std::string::npos; });
}

struct Meaning {
  std::int32_t status;
  const char* code;
  const char* summary;
  const char* help;
};

const Meaning k_disk_full{
    DFX_INVALID, "lxd.disk-full", "the host's disk is full",
    "make room in the storage pool (`lxc storage info POOL`, `lxc image list`), then run this again"};
const Meaning k_no_image{
    DFX_INVALID, "lxd.no-such-image", "the image does not exist",
    "look at `lxc image list` on the host, or `lxc image list REMOTE:`, and correct `image:`"};
const Meaning k_busy{DFX_TRANSIENT, "lxd.busy", "the object is busy", ""};
const Meaning k_starting{DFX_TRANSIENT, "lxd.not-now", "the daemon cannot answer now", ""};
const Meaning k_edited{DFX_TRANSIENT, "lxd.changed-meanwhile", "somebody else changed the object meanwhile",
                       ""};
const Meaning k_exists{DFX_CONFLICT, "lxd.exists", "an object of this name is there already",
                       "rename one of them, or take it over with `adopt:` in the component"};
const Meaning k_untrusted{
    DFX_AUTH, "lxd.not-trusted", "the host does not let dfx do this",
    "see `lxc config trust list` on the host: dfx's certificate must be there, and not restricted"};
const Meaning k_absent{DFX_ABSENT, "lxd.absent", "something is not there", ""};
const Meaning k_no_root{
    DFX_INVALID, "lxd.no-root-disk", "the machine would have no root disk",
    "say which storage pool it lives in: `pool: default`, or give a profile with a root disk"};
const Meaning k_in_use{DFX_CONFLICT, "lxd.in-use", "the object is in use",
                       "take it away from what uses it first; the host says who that is"};
const Meaning k_no_network{DFX_INVALID, "lxd.no-such-network", "the host has no such network",
                           "see `lxc network list` on the host, and correct `network:` of the machine"};
const Meaning k_refused{DFX_INVALID, "lxd.refused", "the host refuses", ""};

constexpr std::size_t k_most_words = 400;

// tar complains about each file: the beginning and the end tell enough.
std::string shortened(const std::string& words) {
  if (words.size() <= k_most_words) return words;
  return words.substr(0, k_most_words / 2) + " … " + words.substr(words.size() - k_most_words / 2);
}

// What the words alone say, whatever the status.
const Meaning* meaning_of(const std::string& words) {
  if (says(words, {"no space left on device", "disk quota exceeded", "not enough space", "out of space"}))
    return &k_disk_full;
  if (says_busy(words)) return &k_busy;
  if (says_exists(words)) return &k_exists;
  if (says(words, {"requested image couldn't be found", "image not found", "image alias not found",
                   "failed getting image"}))
    return &k_no_image;
  if (says(words, {"no root device could be found", "failed getting root disk", "storage pool not found"}))
    return &k_no_root;
  if (says(words, {"parent device", "failed to load network", "network not found"})) return &k_no_network;
  if (says(words, {"currently in use", "still in use"})) return &k_in_use;
  if (says(words, {"database is locked", "i/o timeout", "connection reset", "shutting down", "try again",
                   "temporary failure", "daemon is starting"}))
    return &k_starting;
  return nullptr;
}

const Meaning& meaning_of(int status, const std::string& words) {
  if (status == 401 || status == 403) return k_untrusted;
  if (status == 412) return k_edited;
  if (status == 423) return k_busy;
  if (status == 429 || status == 502 || status == 503 || status == 504) return k_starting;
  if (const Meaning* m = meaning_of(words)) return *m;
  if (status == 404) return k_absent;
  return status == 409 ? k_exists : k_refused;
}

}  // namespace

bool says_exists(const std::string& words) {
  return says(words, {"already exists", "already in use", "entry already"});
}
bool says_busy(const std::string& words) { return says(words, {"busy running", "is busy"}); }

sdk::Failure refusal(const std::string& host, int status, const std::string& words,
                     const std::string& doing) {
  const Meaning& m = meaning_of(status, words);
  const std::string said = words.empty() ? "HTTP status " + std::to_string(status) : shortened(words);
  return sdk::Failure(m.status, m.code, m.summary, "host " + host + ", " + doing + ": " + said, m.help);
}

}  // namespace dfx::lxd
