#include "core/plan/observe.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "core/model/json_scan.hpp"
#include "core/plan/text.hpp"

namespace dfx {
namespace {

constexpr std::chrono::seconds k_timeout{60};
constexpr std::size_t k_at_once = 8;

// Reads the answer's lines into observations. Lines usually come in the order of the questions.
class Answers {
 public:
  Answers(std::span<ReadItem> items, Diagnostics& problems) : x_items(items), x_problems(problems) {}

  void take(std::string_view response) {
    each_line(response, [&](std::string_view line) { take_line(line); });
    for (const ReadItem& item : x_items)
      if (item.into->result == Observation::Result::unread) complain(item.address, "it gave no answer for this resource");
  }

 private:
  void take_line(std::string_view line) {
    Observation seen;
    std::string address;
    const bool sound = scan_members(line, [&](std::string_view key, std::string_view raw) {
      if (key == "address") address = text_of(raw);
      else if (key == "result") seen.result = result_from(text_of(raw));
      else if (key == "owner") seen.owner = owner_from(text_of(raw));
      else if (key == "identity") seen.identity = raw == "null" ? "" : std::string(raw);
      else if (key == "observed") seen.observed = raw == "null" ? "" : std::string(raw);
      else if (key == "outputs") seen.outputs = raw == "null" ? "" : std::string(raw);
      else if (key == "message") seen.message = text_of(raw);
      else if (key == "help") seen.help = text_of(raw);
      else if (key == "verdict") seen.verdict = text_of(raw);
      else if (key == "marker") seen.marker_environment = environment_in(raw);
    });
    ReadItem* item = sound ? find(address) : nullptr;
    if (item == nullptr || seen.result == Observation::Result::unread) {
      complain(address, "a line of its answer cannot be understood");
      return;
    }
    if (seen.result == Observation::Result::unreachable)
      seen.problem = std::make_shared<const Diagnostic>(unreachable(seen.message, seen.help));
    *item->into = std::move(seen);
  }

  static std::string environment_in(std::string_view marker) {
    std::string out;
    scan_members(marker, [&](std::string_view key, std::string_view raw) {
      if (key == "environment") out = text_of(raw);
    });
    return out;
  }

  static Observation::Result result_from(std::string_view word) {
    if (word == "present") return Observation::Result::present;
    if (word == "absent") return Observation::Result::absent;
    if (word == "partial") return Observation::Result::partial;
    if (word == "unreachable") return Observation::Result::unreachable;
    return Observation::Result::unread;
  }

  static Observation::Owner owner_from(std::string_view word) {
    if (word == "other") return Observation::Owner::other;
    if (word == "foreign") return Observation::Owner::foreign;
    return Observation::Owner::mine;
  }

  ReadItem* find(std::string_view address) {
    if (x_next < x_items.size() && x_items[x_next].address == address) return &x_items[x_next++];
    if (x_by_address.empty())
      for (std::size_t i = 0; i < x_items.size(); ++i) x_by_address.emplace(x_items[i].address, i);
    const auto found = x_by_address.find(address);
    if (found == x_by_address.end()) return nullptr;
    x_next = found->second + 1;
    return &x_items[found->second];
  }

  void complain(std::string_view address, const char* what) {
    if (x_complained) return;
    x_complained = true;
    Diagnostic d;
    d.code = "plugin.bad-answer";
    d.summary = "a plugin gave an answer that cannot be understood";
    d.detail = "plugin " + x_items.front().kind->plugin + ", read of " + x_items.front().kind->name + ": " + what;
    d.help = "this is a bug of the plugin; please report it to its authors";
    d.address = std::string(address);
    d.error_class = ErrorClass::internal;
    x_problems.add(std::move(d));
  }

  std::span<ReadItem> x_items;
  Diagnostics& x_problems;
  std::size_t x_next = 0;
  bool x_complained = false;
  std::unordered_map<std::string_view, std::size_t> x_by_address;
};

// What the plugin said last, or the bare status.
Diagnostic reason_of(const Kind& kind, const CallResult& result) {
  const ErrorClass error_class = error_class_of(result.status);
  if (const Diagnostic* last = result.diagnostics.last_error()) {
    Diagnostic out = *last;
    out.error_class = error_class;
    return out;
  }
  const std::string how = "plugin " + kind.plugin + " ended the read of " + kind.name + " with `" + to_string(result.status) + "`";
  if (error_class == ErrorClass::unreachable || error_class == ErrorClass::transient) return unreachable(how);
  return failure("plan.read-failed", "a plugin could not read its resources", how, "", error_class);
}

void take_failure(std::span<ReadItem> items, const CallResult& result) {
  const auto reason = std::make_shared<const Diagnostic>(reason_of(*items.front().kind, result));
  const bool away = result.status == CallStatus::unreachable || result.status == CallStatus::transient;
  for (ReadItem& item : items) {
    item.into->problem = reason;
    if (!away) continue;
    item.into->result = Observation::Result::unreachable;
    item.into->message = reason->detail.empty() ? reason->summary : reason->detail;
  }
}

void read_group(const Caller& caller, std::span<ReadItem> items, Diagnostics& problems) {
  const Kind& kind = *items.front().kind;
  CallContext context = caller.context(kind, Function::read, k_timeout);
  if (items.size() == 1) context.address = std::string(items.front().address);
  take_read_result(caller.host().call(kind.plugin, Function::read, context, batch_request(caller, items)), items, problems);
}

}  // namespace

Diagnostic unreachable(const std::string& why, const std::string& help) {
  return failure("plan.unreachable", "it cannot be reached", why.empty() ? "there is no answer" : why,
                 help.empty() ? "bring it back and run this again; what does not need it goes on" : help, ErrorClass::unreachable);
}

void take_read_result(const CallResult& result, std::span<ReadItem> items, Diagnostics& problems) {
  for (const Diagnostic& d : result.diagnostics.list())
    if (d.severity == Severity::warning || result.status == CallStatus::ok) problems.add(d);
  if (result.status == CallStatus::ok) {
    Answers(items, problems).take(result.response);
  } else {
    take_failure(items, result);
  }
}

std::string batch_request(const Caller& caller, std::span<const ReadItem> items) {
  std::string out = R"({"kind":)" + quote(items.front().kind->name) + R"(,"connection":)" +
                    std::string(or_null(items.front().connection)) + R"(,"marker":{"stack":)" + quote(caller.stack_id()) +
                    R"(,"environment":)" + quote(caller.environment()) + R"(},"items":[)";
  std::size_t size = out.size() + 4;
  for (const ReadItem& i : items) size += i.address.size() + i.identity.size() + i.desired.size() + i.outputs.size() + 64;
  out.reserve(size);
  for (const ReadItem& item : items) {
    if (out.back() == '}') out += ',';
    out += R"({"address":)";
    append_quoted(out, item.address);
    out += R"(,"identity":)";
    out += or_null(item.identity);
    out += R"(,"desired":)";
    out += or_null(item.desired);
    out += R"(,"outputs":)";
    out += or_null(item.outputs);
    out += '}';
  }
  return out += "]}";
}

std::vector<std::span<ReadItem>> group(std::vector<ReadItem>& items) {
  std::stable_sort(items.begin(), items.end(), [](const ReadItem& a, const ReadItem& b) {
    if (a.kind != b.kind) return a.kind->name < b.kind->name;
    return a.connection < b.connection;
  });
  std::vector<std::span<ReadItem>> out;
  for (std::size_t begin = 0; begin < items.size();) {
    std::size_t end = begin + 1;
    while (end < items.size() && end - begin < k_batch && items[end].kind == items[begin].kind &&
           items[end].connection == items[begin].connection)
      ++end;
    out.emplace_back(items.data() + begin, end - begin);
    begin = end;
  }
  return out;
}

void observe(const Caller& caller, std::vector<ReadItem>& items, Diagnostics& problems) {
  if (items.empty()) return;
  const auto groups = group(items);
  std::vector<Diagnostics> found(groups.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < groups.size(); i = next++) read_group(caller, groups[i], found[i]);
  };
  {
    // One dead host must not keep the others waiting; the caller's own thread takes part.
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(groups.size(), k_at_once); ++i) threads.emplace_back(work);
    work();
  }
  for (const Diagnostics& d : found) problems.append(d);
}

}  // namespace dfx
