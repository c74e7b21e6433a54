// A client of simulated servers: libcurl, as dfx itself uses it.
#pragma once
#include <curl/curl.h>

#include <memory>
#include <string>

#include "sandbox/certificate.hpp"
#include "sandbox/world.hpp"

namespace dfx::sandbox::testing {

struct HttpAnswer {
  CURLcode code = CURLE_OK;
  long status = 0;
  std::string body;
  long connects = 0;  // new connections that this request needed
  Json json() const { return Json::parse(body); }
  Json metadata() const { return json()["metadata"]; }
};

// One connection at a time, kept alive. [one thread]
class HttpsClient {
 public:
  explicit HttpsClient(Endpoint endpoint, Identity identity = {}) : x_endpoint(std::move(endpoint)), x_identity(std::move(identity)) {}

  HttpAnswer call(const std::string& method, const std::string& path, const std::string& body = "") {
    CURL* curl = x_curl.get();
    HttpAnswer answer;
    const std::string url = (plain ? "http://" : "https://") + x_endpoint.host + ":" + std::to_string(x_endpoint.port) + path;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    if (!body.empty()) {
      curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
    }
    show_certificate(curl);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t, std::size_t size, void* to) {
      static_cast<std::string*>(to)->append(data, size);
      return size;
    });
    answer.code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &answer.connects);
    return answer;
  }

  bool plain = false;

 private:
  struct Close {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  };
  void show_certificate(CURL* curl) {
    if (x_identity.certificate_pem.empty()) return;
    curl_blob certificate{x_identity.certificate_pem.data(), x_identity.certificate_pem.size(), CURL_BLOB_COPY};
    curl_blob key{x_identity.key_pem.data(), x_identity.key_pem.size(), CURL_BLOB_COPY};
    curl_easy_setopt(curl, CURLOPT_SSLCERT_BLOB, &certificate);
    curl_easy_setopt(curl, CURLOPT_SSLKEY_BLOB, &key);
  }
  Endpoint x_endpoint;
  Identity x_identity;
  std::unique_ptr<CURL, Close> x_curl{curl_easy_init()};
};

}  // namespace dfx::sandbox::testing
