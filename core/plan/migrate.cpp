#include "core/plan/migrate.hpp"

#include "core/plan/text.hpp"

namespace dfx {
namespace {

constexpr std::chrono::seconds k_timeout{10};

std::string request_for(const Record& record) {
  return R"({"kind":)" + quote(record.kind) + R"(,"schema_version":)" + std::to_string(record.schema_version) +
         R"(,"state":{"desired":)" + record.applied_text() + R"(,"outputs":)" + std::string(or_null(record.outputs)) +
         R"(,"identity":)" + std::string(or_null(record.identity)) + "}}";
}

std::string member_text(const Json& state, const char* key, const std::string& old) {
  return state.contains(key) && !state[key].is_null() ? canonical(state[key]) : old;
}

}  // namespace

bool migrate_record(const Caller& caller, Record& record) {
  const Kind* kind = caller.host().find_kind(record.kind);
  if (kind == nullptr || kind->schema_version == record.schema_version) return false;
  if (kind->schema_version < record.schema_version)
    throw Error("state.newer-schema", "a row of the state was written by a newer plugin",
                record.address + ": schema " + std::to_string(record.schema_version) + ", plugin " + kind->plugin +
                    " knows " + std::to_string(kind->schema_version),
                "install the newer plugin again");
  CallContext context = caller.context(*kind, Function::migrate, k_timeout);
  const CallResult result = caller.host().call(kind->plugin, Function::migrate, context, request_for(record));
  if (result.status != CallStatus::ok)
    throw Error("plan.migrate-failed", "a row of the state cannot be brought to today's schema", record.address,
                "use the plugin version that wrote it (" + record.plugin_version + ") or report this to its authors");
  const Json state = parse_json(result.response);
  record.applied = member_text(state, "desired", record.applied_text());
  record.outputs = member_text(state, "outputs", record.outputs);
  record.identity = member_text(state, "identity", record.identity);
  record.schema_version = kind->schema_version;
  return true;
}

}  // namespace dfx
