#include "host/http/request.hpp"

#include <algorithm>
#include <array>

#include "core/model/diagnostics.hpp"
#include "core/model/encode.hpp"
#include "host/http/lower_case.hpp"

namespace dfx::host {
namespace {

constexpr std::size_t k_most_headers = 100;
constexpr std::string_view k_node = "\"$dfx\"";
// They belong to the host: what a request is, where it goes and how long it is must not be said twice.
constexpr std::array k_host_headers = {"host", "connection", "content-length", "expect", "proxy-authorization", "te",
                                       "trailer", "transfer-encoding", "upgrade", "x-http-method",
                                       "x-http-method-override", "x-method-override"};

[[noreturn]] void refuse(const std::string& why) {
  Diagnostic d;
  d.code = "http.bad-request";
  d.summary = "a plugin's request cannot be sent as it is";
  d.detail = why;
  d.help = "this is a bug of the plugin, or a setting that it passes on unchecked";
  d.error_class = ErrorClass::invalid;
  throw Error(d);
}

std::string text_in(const Json& object, const char* key, const Reveal& reveal) {
  if (!object.contains(key)) return "";
  const Json value = open_secrets(object[key], reveal);
  if (value.is_null()) return "";
  if (!value.is_string()) refuse("`" + std::string(key) + "` is no text");
  return value.get<std::string>();
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
  });
}

void check_method(const std::string& method) {
  static constexpr std::array k_methods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  if (std::find(k_methods.begin(), k_methods.end(), method) == k_methods.end())
    refuse("`" + method + "` is none of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
}

void check_headers(const Json& headers) {
  if (!headers.is_object()) refuse("`headers` is no object");
  if (headers.size() > k_most_headers) refuse("it has more than 100 headers");
  for (const auto& [name, value] : headers.items()) {
    if (!is_token(name)) refuse("a header's name holds a character that none may hold");
    if (std::find(k_host_headers.begin(), k_host_headers.end(), lower_case(name)) != k_host_headers.end())
      refuse("the header `" + lower_case(name) + "` is the host's own");
    if (!value.is_string() && !is_dfx_node(value)) refuse("the header `" + lower_case(name) + "` is no text");
  }
}

std::chrono::milliseconds timeout_in(const Json& request) {
  if (!request.contains("timeout_ms")) return Request().timeout;
  const Json& value = request["timeout_ms"];
  if (!value.is_number_integer() || value.get<std::int64_t>() <= 0) refuse("`timeout_ms` is no number above 0");
  return std::chrono::milliseconds(std::min<std::int64_t>(value.get<std::int64_t>(), 24 * 3600 * 1000));
}

Json object_in(const Json& request, const char* key) {
  if (!request.contains(key) || request[key].is_null()) return Json::object();
  if (!request[key].is_object()) refuse("`" + std::string(key) + "` is no object");
  return request[key];
}

void check_words(const Json& object, const std::vector<std::string>& known, const std::string& where) {
  for (const auto& [key, value] : object.items())
    if (std::find(known.begin(), known.end(), key) == known.end()) refuse("`" + key + "` means nothing in " + where);
}

Json parse_object(std::string_view json) {
  try {
    Json out = parse_json(json);
    if (out.is_object()) return out;
  } catch (const Error& e) {
    refuse(e.what());
  }
  refuse("it is no JSON object");
}

}  // namespace

Request parse_request(std::string_view json, const Reveal& reveal) {
  const Json object = parse_object(json);
  check_words(object, {"method", "url", "headers", "timeout_ms", "tls", "body"}, "a request");
  Request out;
  out.method = object.contains("method") ? text_in(object, "method", reveal) : "GET";
  check_method(out.method);
  const auto url = parse_url(text_in(object, "url", [&](const std::string& handle) {
    out.secret_url = true;
    return reveal(handle);
  }));
  if (!url) refuse("its address is none of https://host:port/path, http://..., unix:///socket:/path");
  out.url = *url;
  out.headers = object_in(object, "headers");
  check_headers(out.headers);
  out.tls = object_in(object, "tls");
  check_words(out.tls, {"pin", "ca", "certificate", "key"}, "`tls`");
  if (!out.tls.empty() && out.url.scheme != Url::Scheme::https) refuse("`tls` stands beside an address that is not https");
  out.timeout = timeout_in(object);
  out.json_body = object.value("body", Json()) == "json";
  if (object.contains("body") && !out.json_body) refuse("`body` can only be \"json\"");
  return out;
}

bool uses_secrets(const Request& request, std::string_view body) {
  if (request.secret_url || contains_secret(request.headers) || contains_secret(request.tls)) return true;
  return request.json_body && body.find(k_node) != std::string_view::npos;
}

std::vector<std::string> open_headers(const Request& request, const Reveal& reveal) {
  std::vector<std::string> out;
  bool typed = false;
  for (const auto& [name, node] : request.headers.items()) {
    const Json value = open_secrets(node, reveal);
    if (!value.is_string()) refuse("the header `" + lower_case(name) + "` is no text");
    const std::string& text = value.get_ref<const std::string&>();
    if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }))
      refuse("the header `" + lower_case(name) + "` holds a line break or another control character");
    typed = typed || lower_case(name) == "content-type";
    // "name:" would take the header away; "name;" is how an empty one is written.
    out.push_back(text.empty() ? name + ";" : name + ": " + text);
  }
  // libcurl would call every body a form.
  if (!typed) out.push_back(request.json_body ? "content-type: application/json" : "content-type:");
  return out;
}

std::string open_body(const Request& request, std::string_view body, const Reveal& reveal) {
  if (!request.json_body || body.find(k_node) == std::string_view::npos) return std::string(body);
  try {
    return canonical(open_secrets(parse_json(body), reveal));
  } catch (const Error& e) {
    if (e.diagnostics().list().front().code == "json.invalid") refuse(std::string("its body: ") + e.what());
    throw;
  }
}

TlsSettings open_tls(const Request& request, const Reveal& reveal) {
  return {text_in(request.tls, "pin", reveal), text_in(request.tls, "ca", reveal),
          text_in(request.tls, "certificate", reveal), text_in(request.tls, "key", reveal)};
}

std::string client_certificate(const Request& request, const Reveal& reveal) {
  return text_in(request.tls, "certificate", reveal);
}

}  // namespace dfx::host
