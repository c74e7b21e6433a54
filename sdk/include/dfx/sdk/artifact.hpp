// Artifacts: fetched once by what is in them, put on machines.
#pragma once
#include <dfx/artifact.h>
#include <dfx/sdk/machine.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace dfx::sdk {

// Everything throws Failure with the host's status; the host has said the words already.
class Artifact {
 public:
  // `call` is borrowed.
  Artifact(const Call& call, std::string sha256) : x_call(call), x_sha256(std::move(sha256)) {}

  // Its size in bytes, once it is in the cache.
  std::uint64_t fetch(const std::vector<std::string>& urls) const {
    StringSink result;
    must(table().fetch(x_call.host(), x_call.raw(), bytes(dump({{"sha256", x_sha256}, {"urls", urls}})), result.sink()));
    return Json::parse(result.text).value("size", std::uint64_t{0});
  }
  std::string read(std::uint64_t limit = 16u << 20) const {
    StringSink contents;
    must(table().read(x_call.host(), x_call.raw(), bytes(dump({{"sha256", x_sha256}, {"limit", limit}})), contents.sink()));
    return std::move(contents.text);
  }
  // Fetch it first. Contents of `file` are not looked at.
  Written push(const Machine& machine, const WantedFile& file) const {
    Json head = machine.request();
    Machine::describe(head, file);
    head["sha256"] = x_sha256;
    StringSink result;
    must(table().push(x_call.host(), x_call.raw(), bytes(dump(head)), result.sink()));
    const Json json = Json::parse(result.text);
    return {json.value("changed", true), json.value("rewritten", true)};
  }

 private:
  static void must(std::int32_t status) {
    if (status != DFX_OK) throw Failure(status, "", "artifact failed");
  }
  const dfx_artifact& table() const {
    auto* t = x_call.extension<dfx_artifact>(DFX_ARTIFACT_ID);
    if (t == nullptr) throw Failure(DFX_UNSUPPORTED, "host.no-artifacts", "this host offers no artifacts");
    return *t;
  }

  const Call& x_call;
  std::string x_sha256;
};

}  // namespace dfx::sdk
