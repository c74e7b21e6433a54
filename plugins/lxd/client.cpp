#include "plugins/lxd/client.hpp"

#include "plugins/lxd/errors.hpp"

namespace dfx::lxd {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds k_slice{20};        // of one long poll
constexpr seconds k_slice_grace{15};  // what the daemon may take beyond it
constexpr int k_success = 200;        // of an operation
constexpr int k_cancelled = 401;

const std::string k_unix = "unix://";

std::string operation_path(const std::string& operation, const std::string& verb) {
  const std::string path = operation.substr(0, operation.find('?'));
  return path + "/" + verb;
}

// "Unpack: 42%" if the daemon says so.
std::string progress_of(const Json& operation) {
  for (const auto& [key, value] : object_at(operation, "metadata").items())
    if (key.size() > 9 && key.compare(key.size() - 9, 9, "_progress") == 0 && value.is_string())
      return value.get<std::string>();
  return {};
}

std::string words_of(const sdk::HttpAnswer& answer) {
  const Json json = answer.json();
  if (json.is_object() && json.contains("error") && json["error"].is_string())
    return json["error"].get<std::string>();
  return answer.body.substr(0, 200);
}

bool names_instance(const Json& operation, const std::string& instance) {
  const std::string path = instance_path(instance);
  for (const Json& list : object_at(operation, "resources")) {
    if (!list.is_array()) continue;
    for (const Json& url : list)
      if (url.is_string() &&
          url.get<std::string>().substr(0, url.get_ref<const std::string&>().find('?')) == path)
        return true;
  }
  return false;
}

}  // namespace

std::string escape(const std::string& text) {
  static constexpr char k_hex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain)
      out += c;
    else
      out += {'%', k_hex[byte >> 4], k_hex[byte & 15]};
  }
  return out;
}

std::string instance_path(const std::string& name) { return "/1.0/instances/" + escape(name); }

Client::Client(const sdk::Call& call, const Json& connection)
    : x_call(call),
      x_host(text_at(connection, "name")),
      x_url(text_at(connection, "url")),
      x_tls(Json::object()) {
  while (!x_url.empty() && x_url.back() == '/') x_url.pop_back();
  if (x_url.compare(0, k_unix.size(), k_unix) == 0) return;
  for (const char* key : {"certificate", "key"})
    if (connection.contains(key) && !connection.at(key).is_null()) x_tls[key] = connection.at(key);
  if (const std::string pin = text_at(connection, "fingerprint"); !pin.empty()) x_tls["pin"] = pin;
}

sdk::HttpRequest Client::request(const std::string& method, const std::string& path) const {
  sdk::HttpRequest r;
  r.method = method;
  r.url = x_url.compare(0, k_unix.size(), k_unix) == 0 ? x_url + ":" + path : x_url + path;
  r.tls = x_tls;
  return r;
}

Answer Client::send(const std::string& method, const std::string& path, const Json& body,
                    const std::string& etag) const {
  sdk::HttpRequest r = request(method, path);
  r.body = body;
  if (!etag.empty()) r.headers["If-Match"] = etag;
  const bool polls = path.find("/wait?") != std::string::npos;
  if (polls) r.timeout = milliseconds(k_slice + k_slice_grace);
  const sdk::HttpAnswer raw = x_call.http(r);
  Answer answer;
  answer.status = raw.status;
  answer.etag = text_at(raw.headers, "etag");
  if (raw.status >= 400) {
    answer.words = words_of(raw);
    return answer;
  }
  const Json json = raw.json();
  if (!json.is_object())
    throw sdk::Failure(DFX_INVALID, "lxd.not-lxd", "this is no LXD server",
                       "host " + x_host + " answers " + path + " with something else",
                       "look at `url:` of the host");
  // A late failure comes with status 200: the body has the last word.
  if (text_at(json, "type") == "error") {
    answer.status = json.value("error_code", 500);
    answer.words = text_at(json, "error");
    return answer;
  }
  if (text_at(json, "type") == "async") answer.operation = text_at(json, "operation");
  if (json.contains("metadata")) answer.metadata = json["metadata"];
  return answer;
}

std::optional<Answer> Client::find(const std::string& path, const std::string& doing) const {
  Answer answer = send("GET", path);
  if (answer.status == 404) return std::nullopt;
  if (!answer.good()) throw refusal(x_host, answer.status, answer.words, doing);
  return answer;
}

Json Client::get(const std::string& path, const std::string& doing) const {
  Answer answer = send("GET", path);
  if (!answer.good()) throw refusal(x_host, answer.status, answer.words, doing);
  return std::move(answer.metadata);
}

std::optional<std::string> Client::text(const std::string& path) const {
  sdk::HttpAnswer answer = x_call.http(request("GET", path));
  if (answer.status != 200) return std::nullopt;
  return std::move(answer.body);
}

Json Client::change(const std::string& method, const std::string& path, const Json& body,
                    const std::string& doing, const std::string& etag) const {
  x_call.progress(doing);
  Answer answer = send(method, path, body, etag);
  if (!answer.good()) throw refusal(x_host, answer.status, answer.words, doing);
  if (answer.operation.empty()) return std::move(answer.metadata);
  x_call.checkpoint({{"operation", answer.operation}});
  return wait(answer.operation, doing);
}

Json Client::wait(const std::string& operation, const std::string& doing) const {
  const std::string path = operation_path(operation, "wait?timeout=" + std::to_string(k_slice.count()));
  while (true) {
    const Answer answer = send("GET", path);
    if (answer.status == 404)
      throw sdk::Failure(
          DFX_IN_DOUBT, "lxd.operation-forgotten", "the host does not know the operation any more",
          "host " + x_host + ", " + doing + ": the daemon was restarted or has forgotten how it ended");
    // Newer daemons answer the end of a slice with an error about the wait, not about the operation.
    if (!answer.good() && answer.words.find("timed out") == std::string::npos &&
        answer.words.find("deadline") == std::string::npos)
      throw refusal(x_host, answer.status, answer.words, doing);
    const int code = answer.metadata.is_object() ? answer.metadata.value("status_code", 0) : 0;
    if (code == k_success) return answer.metadata;
    if (code == k_cancelled)
      throw sdk::Failure(DFX_TRANSIENT, "lxd.cancelled", "the operation was cancelled on the host",
                         "host " + x_host + ", " + doing);
    if (code > k_success) throw refusal(x_host, 400, text_at(answer.metadata, "err"), doing);
    const std::string more = progress_of(answer.metadata);
    x_call.progress(more.empty() ? doing : doing + ": " + more);
  }
}

void Client::settle(const std::string& instance) const {
  const Json groups = get("/1.0/operations?recursion=1", "looking at what runs");
  if (!groups.is_object()) return;
  for (const char* group : {"running", "pending"}) {
    if (!groups.contains(group) || !groups[group].is_array()) continue;
    for (const Json& operation : groups[group])
      if (names_instance(operation, instance))
        settle_checkpoint({{"operation", "/1.0/operations/" + text_at(operation, "id")}});
  }
}

void Client::settle_checkpoint(const Json& checkpoint) const {
  const std::string operation = text_at(checkpoint, "operation");
  if (operation.empty()) return;
  try {
    wait(operation, "waiting for what an earlier attempt began");
  } catch (const sdk::Failure& f) {
    // How it ended shows on the object; only what keeps us from looking ends this call.
    if (f.status() == DFX_UNREACHABLE || f.status() == DFX_CANCELLED || f.status() == DFX_AUTH) throw;
  }
}

}  // namespace dfx::lxd
