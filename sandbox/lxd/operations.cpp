#include "sandbox/lxd/operations.hpp"

#include <charconv>

#include "core/util/text.hpp"
#include "sandbox/lxd/effects.hpp"
#include "sandbox/lxd/events.hpp"
#include "sandbox/lxd/validate.hpp"

namespace dfx::sandbox::lxd {
namespace {

constexpr int k_running = 103;
constexpr int k_success = 200;
constexpr int k_failure = 400;
constexpr int k_cancelled = 401;
constexpr Micros k_kept = 5 * k_second;               // a finished operation is forgotten after this
constexpr Micros k_never = INT64_MAX;

const char* status_word(int code) {
  switch (code) {
    case k_success: return "Success";
    case k_failure: return "Failure";
    case k_cancelled: return "Cancelled";
    default: return "Running";
  }
}

StoredOperation load(const Context& context, const std::string& id) {
  auto operation = context.store.operation(id);
  if (!operation || operation->origin != context.origin()) throw Refusal{404, "Operation not found"};
  return *operation;
}

void finish(Store::Session& session, StoredOperation operation) {
  const bool failed = !operation.body["error"].get<std::string>().empty();
  apply_effect(session, operation, failed);
  operation.finished = true;
  operation.body["code"] = failed ? k_failure : k_success;
  operation.body["updated"] = operation.due;
  if (!failed && !operation.body["final_metadata"].is_null()) {
    operation.body["metadata"] = operation.body["final_metadata"];
  }
  session.save(operation);
  send_operation_event(session, operation, operation.due);
}

bool is_token(const NewOperation& wanted) { return std::string_view(wanted.kind) == "token"; }

Json new_body(const NewOperation& wanted, Micros now, const std::string& error) {
  return {{"class", wanted.kind},
          {"description", wanted.description},
          {"created", now},
          {"updated", now},
          {"code", k_running},
          {"resources", wanted.resources},
          {"metadata", wanted.metadata},
          {"final_metadata", wanted.final_metadata},
          {"may_cancel", is_token(wanted)},
          {"effect", wanted.effect},
          {"error", error}};
}

std::optional<Micros> wait_until(const Context& context) {
  const std::string text = context.request.parameter("timeout");
  if (text.empty()) return std::nullopt;
  long seconds = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    throw Refusal{500, "strconv.Atoi: parsing " + quoted(text) + ": invalid syntax"};
  }
  if (seconds < 0) return std::nullopt;
  return context.now + std::min<Micros>(seconds, 365 * 86400) * k_second;
}

}  // namespace

NewOperation token_operation(const Json& metadata) {
  NewOperation operation;
  operation.kind = "token";
  operation.description = "Executing operation";
  operation.metadata = metadata;
  return operation;
}

double real_seconds(const Context& context, double seconds) {
  return context.fault.operation_seconds.value_or(seconds);
}

Micros journal_operation(Context& context, const NewOperation& wanted, std::string& id) {
  StoredOperation operation;
  operation.id = id = uuid();
  operation.origin = context.origin();
  operation.due = is_token(wanted) ? k_never : context.now + from_seconds(real_seconds(context, wanted.seconds));
  operation.body = new_body(wanted, context.now, context.fault.operation_error.value_or(wanted.error));
  context.store.save(operation);
  send_operation_event(context.store, operation, context.now);
  return operation.due;
}

void cancel_operation(const Context& context, StoredOperation& operation) {
  operation.finished = true;
  operation.due = context.now;
  operation.body["code"] = k_cancelled;
  context.store.save(operation);
  send_operation_event(context.store, operation, context.now);
}

void add_token_operation(Store::Session& session, const std::string& origin, const Json& metadata, Micros now) {
  StoredOperation operation;
  operation.id = uuid();
  operation.origin = origin;
  operation.due = k_never;
  operation.body = new_body(token_operation(metadata), now, "");
  session.save(operation);
  send_operation_event(session, operation, now);
}

Reply start_operation(Context& context, NewOperation wanted) {
  std::string id;
  journal_operation(context, wanted, id);
  const std::string url = "/1.0/operations/" + id;
  Reply reply;
  reply.status = 202;
  reply.headers.emplace_back("Location", url);
  const Json shown = render_operation(*context.store.operation(id));
  reply.body = canonical({{"type", "async"}, {"status", "Operation created"}, {"status_code", 100},
                          {"operation", url}, {"error_code", 0}, {"error", ""}, {"metadata", shown}}) + "\n";
  return reply;
}

Json render_operation(const StoredOperation& operation) {
  const Json& body = operation.body;
  const int code = body["code"];
  return {{"id", operation.id},
          {"class", body["class"]},
          {"description", body["description"]},
          {"created_at", timestamp(body["created"])},
          {"updated_at", timestamp(body["updated"])},
          {"status", status_word(code)},
          {"status_code", code},
          {"resources", body["resources"]},
          {"metadata", body["metadata"]},
          {"may_cancel", body["may_cancel"]},
          {"err", code == k_failure ? body["error"] : Json("")},
          {"location", "none"}};
}

bool settle(Store::Session& session, Micros now) {
  bool happened = false;
  while (const auto operation = session.first_due(now)) {
    finish(session, *operation);
    happened = true;
  }
  if (session.access() == Store::Access::write) session.forget_finished_before(now - k_kept);
  return happened;
}

Reply operations_get(Context& context) {
  const bool whole = context.request.parameter("recursion") == "1";
  Json groups = Json::object();
  for (const auto& operation : context.store.operations(context.origin())) {
    if (operation.finished && operation.due < context.now - k_kept) continue;
    const std::string group = lower(status_word(operation.body["code"]));
    groups[group].push_back(whole ? render_operation(operation) : Json("/1.0/operations/" + operation.id));
  }
  return sync(groups);
}

Reply operation_get(Context& context) { return sync(render_operation(load(context, context.arguments[0]))); }

Reply operation_delete(Context& context) {
  StoredOperation operation = load(context, context.arguments[0]);
  if (operation.finished) throw Refusal{400, "Only running operations can be cancelled"};
  if (!operation.body["may_cancel"].get<bool>()) throw Refusal{400, "This operation can't be cancelled"};
  cancel_operation(context, operation);
  return sync_empty();
}

Reply operation_wait(Context& context) {
  const std::string secret = context.request.parameter("secret");
  if (!context.trusted && secret.empty()) throw Refusal{403, "not authorized"};
  const auto until = wait_until(context);
  const StoredOperation operation = load(context, context.arguments[0]);
  if (!secret.empty() && operation.body["metadata"].value("secret", "") != secret) {
    throw Refusal{403, "not authorized"};
  }
  Reply reply = sync(render_operation(operation));
  if (!operation.finished && (!until || *until > context.now)) reply.waiting = Waiting{operation.id, until};
  return reply;
}

}  // namespace dfx::sandbox::lxd
