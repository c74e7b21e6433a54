#include "sandbox/lxd/context.hpp"

#include <openssl/rand.h>

#include <cstdio>
#include <ctime>

#include "core/util/digest.hpp"
#include "core/util/hex.hpp"
#include "sandbox/encoding.hpp"

namespace dfx::sandbox::lxd {
namespace {

Json envelope(const char* type, int code, const Json& metadata) {
  return {{"type", type},      {"status", "Success"}, {"status_code", code}, {"operation", ""},
          {"error_code", 0},   {"error", ""},         {"metadata", metadata}};
}

std::string etag_of(const Json& hashed) { return sha256_hex(canonical(hashed)); }

}  // namespace

std::string Request::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

std::string Request::parameter(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

Reply sync(const Json& metadata) {
  Reply reply;
  reply.body = canonical(envelope("sync", 200, metadata)) + "\n";
  return reply;
}

Reply sync_empty() { return sync(Json::object()); }

Reply sync_etag(const Json& metadata, const Json& hashed) {
  Reply reply = sync(metadata);
  reply.headers.emplace_back("ETag", "\"" + etag_of(hashed) + "\"");
  return reply;
}

Reply created(const std::string& location) {
  Reply reply = sync(nullptr);
  reply.status = 201;
  reply.headers.emplace_back("Location", location);
  return reply;
}

Reply error(int status, const std::string& message) {
  Reply reply;
  reply.status = status;
  reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
  reply.body = canonical({{"type", "error"}, {"status", ""}, {"status_code", 0}, {"operation", ""},
                          {"error_code", status}, {"error", message}, {"metadata", nullptr}}) + "\n\n";
  return reply;
}

void check_etag(const Request& request, const Json& hashed) {
  std::string wanted = request.header("if-match");
  if (wanted.empty()) return;
  wanted.erase(0, wanted.find_first_not_of('"'));
  wanted.erase(wanted.find_last_not_of('"') + 1);
  const std::string real = etag_of(hashed);
  if (real != wanted) throw Refusal{412, "ETag doesn't match: " + real + " vs " + wanted};
}

std::string timestamp(Micros time) {
  const std::time_t seconds = static_cast<std::time_t>(time / k_second);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", parts.tm_year + 1900, parts.tm_mon + 1,
                parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  std::string result = text;
  if (const Micros rest = time % k_second; rest != 0) {
    std::snprintf(text, sizeof text, ".%06d", static_cast<int>(rest));
    result += text;
    result.erase(result.find_last_not_of('0') + 1);
  }
  return result + "Z";
}

std::string uuid() {
  std::string hex = random_hex(16);
  hex[12] = '4';
  hex[16] = "89ab"[hex[16] % 4];
  for (const std::size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, 1, '-');
  return hex;
}

}  // namespace dfx::sandbox::lxd
