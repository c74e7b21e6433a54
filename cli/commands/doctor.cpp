// Looks at everything around dfx, one line per check, each with how to mend it. Changes nothing.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include "cli/commands/answer.hpp"
#include "cli/commands/limit.hpp"
#include "cli/render/table.hpp"
#include "cli/render/value.hpp"
#include "cli/version.hpp"
#include "cli/workspace_folder.hpp"
#include "core/plugin/catalog.hpp"
#include "core/plugin/library.hpp"
#include "core/plugin/lock_file.hpp"
#include "core/state/run_lock.hpp"
#include "host/secrets/identity.hpp"
#include "host/secrets/sources.hpp"

namespace dfx::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds k_patience{10};
constexpr std::uintmax_t k_little_space = 64u << 20;
constexpr std::int64_t k_clock_slack_ms = 5 * 60 * 1000;

struct Finding {
  enum class Level { ok, warn, fail };
  Level level = Level::ok;
  std::string what;
  std::string text;
  std::string fix;
};

const char* word(Finding::Level level) {
  switch (level) {
    case Finding::Level::ok: return "ok";
    case Finding::Level::warn: return "warn";
    case Finding::Level::fail: return "fail";
  }
  return "fail";
}

class Doctor {
 public:
  explicit Doctor(Context& context) : x_workspace(context.workspace), x_context(context) {}

  std::vector<Finding> run() {
    ok("dfx", std::string(DFX_VERSION_STRING) + ", abi " + std::to_string(DFX_ABI_MAJOR) + ", " + k_platform);
    check("plugins", [this] { return plugins(); });
    if (!check("stack", [this] { return stack(); })) return x_findings;
    check("lock file", [this] { return lock_file(); });
    std::error_code error;
    if (!fs::exists(fs::symlink_status(x_workspace.folder(), error))) check("workspace", [this] { return no_workspace(); });
    else if (check("workspace", [this] { return workspace(); })) inside();
    check("secrets", [this] { return secrets(); });
    check("world", [this] { return world(); });
    return x_findings;
  }

 private:
  void ok(const std::string& what, const std::string& text) { x_findings.push_back({Finding::Level::ok, what, text, ""}); }
  void warn(const std::string& what, const std::string& text, const std::string& fix) {
    x_findings.push_back({Finding::Level::warn, what, text, fix});
  }
  void fail(const std::string& what, const std::string& text, const std::string& fix) {
    x_findings.push_back({Finding::Level::fail, what, text, fix});
  }

  // What lies in the workspace.
  void inside() {
    check("disk", [this] { return disk(); });
    check("identity", [this] { return identity(); });
    check("state", [this] { return state(); });
    check("clock", [this] { return clock(); });
    check("run lock", [this] { return run_lock(); });
  }

  // A check returns what is well; empty if it has said something itself. False if it could not go on.
  bool check(const std::string& what, const std::function<std::string()>& look) {
    try {
      const std::string text = look();
      if (!text.empty()) ok(what, text);
      return true;
    } catch (const fs::filesystem_error& e) {
      fail(what, e.path1().string() + ": " + e.code().message(), "");
      return false;
    } catch (const Error& e) {
      for (const Diagnostic& d : e.diagnostics().list()) {
        const std::string place = d.place.known() ? d.place.file + ":" + std::to_string(d.place.line) + ":" + std::to_string(d.place.column) + ": " : "";
        fail(what, place + d.summary + (d.detail.empty() ? "" : ": " + d.detail), d.help);
      }
      return false;
    }
  }

  std::string plugins() {
    Catalog& catalog = x_workspace.catalog();
    for (const Diagnostic& d : catalog.problems().list()) warn("plugins", d.detail, d.help);
    std::string names;
    for (const InstalledPlugin& plugin : catalog.plugins()) {
      if (!plugin.library.empty()) check("plugins", [&] { return library_digest(plugin.library), std::string(); });
      names += (names.empty() ? "" : ", ") + plugin.manifest.name + " " + plugin.manifest.version;
    }
    return names;
  }

  std::string clock() {
    const std::int64_t now = now_ms();
    Store* store = x_workspace.recorded();
    const auto runs = store == nullptr ? std::vector<RunInfo>() : store->runs(1);
    if (!runs.empty() && runs.front().started_ms > now + k_clock_slack_ms) {
      warn("clock", "the last run is dated " + time_text(runs.front().started_ms) + ", after now", "set this machine's clock; certificates depend on it");
      return {};
    }
    return time_text(now).substr(0, 16) + "Z";
  }

  std::string stack() {
    const Stack& s = x_workspace.stack();
    for (const Diagnostic& d : x_workspace.warnings().list())
      if (d.place.known()) warn("stack", d.summary + ": " + d.detail, d.help);
    const Expanded& expanded = x_workspace.engine(Access::settings).expand();
    return s.name + ", environment " + s.environment + ": " + count_text(expanded.settings.size(), "component") + ", " +
           resources_text(x_workspace, expanded);
  }

  std::string lock_file() {
    const LockFile lock = LockFile::read(x_workspace.lock_file());
    return lock.empty() ? "not there yet; the first apply writes it" : count_text(lock.plugins().size(), "plugin");
  }

  std::string no_workspace() {
    const fs::path folder = x_workspace.folder();
    if (is_usable_workspace(folder)) return "nothing was applied here yet";
    throw unusable_workspace(folder, "it cannot be made there");
  }

  std::string workspace() {
    const fs::path folder = x_workspace.folder();
    if (!is_usable_workspace(folder)) throw unusable_workspace(folder, "it is no folder that you may write to");
    private_entry(x_workspace.folder(), 0700);
    for (const auto& entry : fs::directory_iterator(x_workspace.folder()))
      if (entry.is_regular_file() && entry.path().filename() != ".gitignore") private_entry(entry.path(), 0600);
    return x_findings.back().what == "workspace" ? "" : x_workspace.folder().string();
  }

  void private_entry(const fs::path& path, unsigned mode) {
    struct stat info {};
    if (lstat(path.c_str(), &info) != 0) return;
    const std::string quoted = "'" + path.string() + "'";
    if (S_ISLNK(info.st_mode)) fail("workspace", path.string() + " is a symbolic link", "put the real file there");
    else if (info.st_uid != geteuid()) fail("workspace", path.string() + " belongs to another user", "run dfx as its owner, or: chown \"$USER\" " + quoted);
    else if ((info.st_mode & 077) != 0) fail("workspace", path.string() + " is open to others", std::string("chmod ") + (mode == 0700 ? "700 " : "600 ") + quoted);
  }

  std::string disk() {
    const auto space = fs::space(x_workspace.folder());
    const std::string text = size_text(space.available) + " free";
    if (space.available >= k_little_space) return text;
    warn("disk", text + " beside the state", "make room: an apply needs some for its journal");
    return {};
  }

  std::string identity() {
    const auto file = x_workspace.folder() / "identity";
    if (host::find_identity(file)) return file.string();
    Store* store = x_workspace.recorded();
    if (store == nullptr || !store->holds_sealed()) return "not there yet";
    fail("identity", file.string() + " is gone, and the state holds values that are sealed for it", "restore it from a backup");
    return {};
  }

  std::string state() {
    Store* store = x_workspace.recorded();
    if (store == nullptr) return "nothing was applied in this environment yet";
    x_workspace.check_world();
    std::size_t in_doubt = 0;
    const auto rows = store->load();
    for (const Record& row : rows) in_doubt += is_in_doubt(row.status) ? 1 : 0;
    if (in_doubt == 0) return count_text(rows.size(), "resource");
    warn("state", count_text(in_doubt, "resource") + " in doubt: a run ended in the middle", command_line(x_context, "apply"));
    return {};
  }

  std::string run_lock() {
    const auto holder = run_lock_holder(x_workspace.run_lock_file());
    if (!holder) return "free";
    warn("run lock", "held by " + *holder, "wait until it ends");
    return {};
  }

  // Whether they could be had; none is read.
  std::string secrets() {
    const Stack& s = x_workspace.stack();
    if (s.secrets.empty()) return "none";
    if (s.sandbox) return count_text(s.secrets.size(), "secret") + ", made up in a sandbox";
    const std::size_t before = x_findings.size();
    for (const SecretSource& secret : s.secrets)
      if (secret.type == "env" || secret.type == "file") check("secrets", [&] { return source_of(secret), std::string(); });
    return x_findings.size() > before ? "" : count_text(s.secrets.size(), "secret");
  }

  void source_of(const SecretSource& secret) {
    const std::string source = secret.source.get<std::string>();
    if (secret.type == "env") {
      if (std::getenv(source.c_str()) == nullptr)
        fail("secrets", "`" + secret.name + "`: the environment variable " + source + " is not set", "export " + source + "=...");
      return;
    }
    Diagnostics warnings;
    host::check_secret_file(secret.name, source, x_workspace.folder().parent_path(), warnings);
    for (const Diagnostic& d : warnings.list()) warn("secrets", d.detail, d.help);
  }

  // What the stack needs of it is looked at as a plan does, for a while.
  std::string world() {
    const Stack& s = x_workspace.stack();
    std::error_code error;
    for (const Finding& f : x_findings)
      if (f.level == Finding::Level::fail) return "not looked at: mend the rest first";
    if (s.sandbox && !fs::exists(x_workspace.folder() / "sandbox", error)) return "no simulated world yet";
    Engine& engine = x_workspace.beside(s.environment).engine(Access::glance);
    const std::size_t before = x_findings.size();
    const Limit limit(engine, k_patience);
    const Plan plan = engine.plan({});
    report(plan, limit);
    if (x_findings.size() > before) return {};
    const auto unseen = static_cast<std::size_t>(std::count_if(plan.operations.begin(), plan.operations.end(), [](const Operation& o) {
      return o.confidence == Confidence::deferred;
    }));
    if (unseen > 0) return "nothing wrong is seen; " + count_text(unseen, "resource") + " can be looked at only once others are made";
    return s.sandbox ? "the simulated world answers" : "all that the stack names answers";
  }

  void report(const Plan& plan, const Limit& limit) {
    std::set<std::string> said;
    for (const Operation& o : plan.operations)
      if (!o.blocked.empty() && said.insert(o.blocked).second) fail("world", o.blocked, "bring it back, or correct its address in the stack file");
    for (const Diagnostic& d : plan.problems.list()) {
      if (d.severity != Severity::error) continue;
      const bool too_slow = limit.is_over() && d.error_class == ErrorClass::cancelled;
      const std::string text = (d.address.empty() ? "" : d.address + ": ") + (too_slow ? "no answer in " + duration_text(k_patience) : d.summary + ": " + d.detail);
      if (said.insert(text).second) fail("world", text, d.help);
    }
  }

  Workspace& x_workspace;
  Context& x_context;
  std::vector<Finding> x_findings;
};

void show(Terminal& to, const std::vector<Finding>& findings) {
  std::size_t width = 0;
  for (const Finding& f : findings) width = std::max(width, f.what.size());
  for (const Finding& f : findings) {
    const Style style = f.level == Finding::Level::ok ? Style::green : f.level == Finding::Level::warn ? Style::yellow : Style::red;
    const std::string indent(8 + width, ' ');
    bool first = true;
    for (const std::string& line : wrap(f.text, std::max(60u, std::min(to.width(), 110u)) - indent.size())) {
      to.out() << (first ? to.paint(style, pad(word(f.level), 4)) + "  " + pad(f.what, width) + "  " : indent) << line << '\n';
      first = false;
    }
    if (!f.fix.empty()) to.out() << indent << to.paint(Style::cyan, display(f.fix)) << '\n';
  }
}

}  // namespace

ExitCode doctor(Context& context) {
  const std::vector<Finding> findings = Doctor(context).run();
  ExitCode code = ExitCode::ok;
  Json json = Json::array();
  for (const Finding& f : findings) {
    if (f.level == Finding::Level::fail) code = ExitCode::error;
    json.push_back({{"level", word(f.level)}, {"check", f.what}, {"text", f.text}, {"fix", f.fix}});
  }
  if (context.options.json) print_json(context.result, code, {{"checks", json}});
  else show(context.result, findings);
  return code;
}

}  // namespace dfx::commands
