#include "core/config/stack.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "core/config/overlay.hpp"
#include "core/config/references.hpp"
#include "core/config/yaml.hpp"
#include "core/model/address.hpp"
#include "core/model/suggest.hpp"

namespace dfx {
namespace {

constexpr const char* k_default_environment = "default";
constexpr const char* k_sandbox_environment = "sandbox";

[[noreturn]] void refuse_file(const std::string& file, const std::string& why, const std::string& help) {
  throw Error("config.unreadable", "the stack file cannot be read", file + ": " + why, help);
}

std::string read_stack_file(const std::filesystem::path& file) {
  // Not blocking: a pipe with nobody at its other end must not keep dfx waiting.
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) refuse_file(file.string(), std::strerror(errno), "name the file, or go to its folder; `dfx init` writes one to start from");
  struct stat info {};
  const bool regular = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
  std::string text;
  if (regular) {
    text.resize(std::min<std::size_t>(static_cast<std::size_t>(info.st_size), YamlLimits::k_file_bytes + 1));
    std::size_t have = 0;
    ssize_t got = 0;
    while (have < text.size() && (got = read(fd, text.data() + have, text.size() - have)) > 0) have += static_cast<std::size_t>(got);
    text.resize(have);
  }
  close(fd);
  if (!regular) refuse_file(file.string(), "it is no regular file", "name a stack file");
  return text;
}

std::string scalar_of(const Node& mapping, std::string_view key) {
  const Member* m = mapping.find(key);
  return m != nullptr && m->value.is_scalar() ? m->value.text() : "";
}

Node child(const Node& mapping, std::string_view key) {
  const Member* m = mapping.find(key);
  return m == nullptr ? Node() : m->value;
}

Node without_keys(const Node& mapping, const std::set<std::string_view>& keys) {
  std::vector<Member> members;
  for (const Member& m : mapping.members())
    if (keys.count(m.key) == 0) members.push_back(m);
  return Node::make_mapping(mapping.file(), mapping.spot(), std::move(members));
}

Node only_keys(const Node& mapping, const std::vector<std::string>& keys) {
  std::vector<Member> members;
  for (const Member& m : mapping.members())
    if (std::find(keys.begin(), keys.end(), m.key) != keys.end()) members.push_back(m);
  return Node::make_mapping(mapping.file(), mapping.spot(), std::move(members));
}

Node without_keys(const Node& mapping, const std::vector<std::string>& keys) {
  return without_keys(mapping, std::set<std::string_view>(keys.begin(), keys.end()));
}

class Loader {
 public:
  Loader(std::string file, const std::optional<std::string>& asked) : x_asked(asked) { x_stack.file = std::move(file); }

  Stack load(std::string_view text, Diagnostics& warnings) {
    parse(text);
    read_environments();
    choose_environment();
    apply_environment();
    check_top_level();
    stop_on_errors();
    read_components();
    stop_on_errors();
    warnings.append(x_problems);
    return std::move(x_stack);
  }

  std::vector<std::string> environments(std::string_view text) {
    parse(text);
    read_environments();
    return x_stack.environments;
  }

 private:
  void stop_on_errors() {
    if (!x_problems.has_errors()) return;
    x_problems.sort_by_place();
    throw Error(x_problems);
  }

  void parse(std::string_view text) {
    x_root = parse_yaml(text, x_stack.file, x_problems);
    stop_on_errors();
    if (x_root.is_mapping()) return;
    x_problems.error("config.empty", "this is no stack file", {x_stack.file, 1, 1, 1}).help = "it begins with `dfx: 1` and `stack: name`; `dfx init` writes one to start from";
    stop_on_errors();
  }

  void read_environments() {
    const Node environments = child(x_root, "environments");
    for (const Member& m : environments.members()) {
      check_name(environments, m);
      x_stack.environments.push_back(m.key);
    }
    stop_on_errors();
    if (x_stack.environments.empty()) x_stack.environments = {k_default_environment};
  }

  void choose_environment() {
    const Node environments = child(x_root, "environments");
    const std::string fallback = scalar_of(x_root, "default_environment");
    if (x_asked) x_stack.environment = *x_asked;
    else if (!fallback.empty()) x_stack.environment = fallback;
    else if (x_stack.environments.size() == 1) x_stack.environment = x_stack.environments.front();
    else ask_for_environment(environments);
    check_environment(environments);
  }

  // It becomes the name of files.
  void check_name(const Node& environments, const Member& m) {
    if (is_dns_label(m.key)) return;
    Diagnostic& d = x_problems.error("config.bad-name", "this name cannot be used", environments.place_of(m.key_spot));
    d.detail = "environments." + m.key + ": it must be a name of a-z, 0-9 and -, at most 63 long";
  }

  void ask_for_environment(const Node& environments) {
    Diagnostic& d = x_problems.error("config.environment-required", "say which environment", environments.place());
    d.detail = "this stack has several: " + names(x_stack.environments);
    d.help = "pass -e ENVIRONMENT, or set `default_environment:`";
    stop_on_errors();
  }

  void check_environment(const Node& environments) {
    const auto& known = x_stack.environments;
    if (std::find(known.begin(), known.end(), x_stack.environment) != known.end()) return;
    if (x_stack.environment == k_sandbox_environment) {
      x_stack.sandbox = true;
      return;
    }
    const Member* fallback = x_root.find("default_environment");
    const bool asked = x_asked.has_value();
    Diagnostic& d = x_problems.error("config.unknown-environment", "no such environment", asked || fallback == nullptr ? environments.place() : fallback->value.place());
    d.detail = "`" + x_stack.environment + "` is none of: " + names(known);
    const auto near = suggest(x_stack.environment, known);
    d.help = near ? "did you mean `" + *near + "`?" : "declare it under `environments:`";
    stop_on_errors();
  }

  static std::string names(const std::vector<std::string>& list) {
    std::string out;
    for (const std::string& name : list) out += (out.empty() ? "" : ", ") + name;
    return out;
  }

  // The environment's own keys over the top level; then variables everywhere.
  void apply_environment() {
    const Node chosen = child(child(x_root, "environments"), x_stack.environment);
    if (!chosen.is_null() && !chosen.is_mapping())
      x_problems.error("config.wrong-type", "wrong kind of value", chosen.place()).detail = "an environment is a mapping of what differs; write {} if nothing does";
    const std::vector<std::string> allowed = {"vars", "secrets", "components", "recipients", "sandbox"};
    refuse_reserved(x_root, reserved_stack_keys());
    refuse_reserved(chosen, reserved_stack_keys());
    const Node differing = without_keys(chosen, reserved_stack_keys());
    for (const Member& m : differing.members()) {
      if (std::find(allowed.begin(), allowed.end(), m.key) != allowed.end()) continue;
      Diagnostic& d = x_problems.error("config.unknown-key", "unknown key", chosen.place_of(m.key_spot));
      d.detail = "`" + m.key + "` means nothing in an environment";
      const auto near = suggest(m.key, allowed);
      d.help = near ? "did you mean `" + *near + "`?" : "known keys: " + names(allowed);
    }
    x_stack.sandbox_place = place_of_sandbox(chosen);
    const Node base = without_keys(without_keys(x_root, reserved_stack_keys()), std::set<std::string_view>{"environments"});
    x_merged = chosen.is_mapping() ? overlay(base, only_keys(chosen, allowed)) : base;
    x_merged = substitute_variables(x_merged, child(x_merged, "vars"), x_problems);
  }

  Place place_of_sandbox(const Node& chosen) const {
    for (const Node& mapping : {chosen, x_root})
      if (const Member* m = mapping.find("sandbox")) return mapping.place_of(m->key_spot);
    const Node environments = child(x_root, "environments");
    const Member* m = environments.find(x_stack.environment);
    return m != nullptr ? environments.place_of(m->key_spot) : Place{x_stack.file};
  }

  void refuse_reserved(const Node& mapping, const std::vector<std::string>& keys) {
    for (const Member& m : mapping.members()) {
      if (std::find(keys.begin(), keys.end(), m.key) == keys.end()) continue;
      Diagnostic& d = x_problems.error("config.not-yet", "this is not in this version of dfx", mapping.place_of(m.key_spot));
      d.detail = "`" + m.key + "` is a word of dfx, and nothing reads it yet";
      d.help = "leave it out";
    }
  }

  void check_top_level() {
    const Json top = convert(without_component_bodies(), stack_schema(), {}, x_problems);
    if (!top.is_object()) return;
    const auto of_kind = [&](const char* key, Json otherwise) {
      return top.contains(key) && top[key].type() == otherwise.type() ? top[key] : otherwise;
    };
    x_stack.name = of_kind("stack", "").get<std::string>();
    x_stack.sandbox = x_stack.sandbox || (top.contains("sandbox") && top["sandbox"].is_boolean() && top["sandbox"].get<bool>());
    for (const auto& [key, to] : {std::pair{"vars", &x_stack.vars}, {"recipients", &x_stack.recipients}})
      if (top.contains(key) && !top[key].is_null()) *to = top[key];
    read_secrets(of_kind("secrets", Json::object()));
    read_moves(of_kind("moved", Json::array()));
  }

  // What stands in a component is its own business: only the names are looked at here.
  Node without_component_bodies() const {
    std::vector<Member> members;
    for (const Member& m : x_merged.members())
      members.push_back(m.key == "components" && m.value.is_mapping() ? Member{m.key, m.key_spot, names_only(m.value)} : m);
    return Node::make_mapping(x_merged.file(), x_merged.spot(), std::move(members));
  }

  static Node names_only(const Node& mapping) {
    std::vector<Member> members;
    for (const Member& m : mapping.members()) members.push_back({m.key, m.key_spot, Node()});
    return Node::make_mapping(mapping.file(), mapping.spot(), std::move(members));
  }

  void read_secrets(const Json& secrets) {
    const Node nodes = child(x_merged, "secrets");
    for (const Member& m : nodes.members()) {
      if (!secrets.contains(m.key) || !secrets[m.key].is_object() || secrets[m.key].empty()) continue;
      const Json& source = secrets[m.key];
      x_stack.secrets.push_back({m.key, source.begin().key(), source.begin().value(), nodes.place_of(m.key_spot)});
    }
  }

  void read_moves(const Json& moves) {
    const Node nodes = child(x_merged, "moved");
    for (std::size_t i = 0; i < moves.size() && i < nodes.items().size(); ++i)
      if (moves[i].is_object() && moves[i].value("from", Json()).is_string() && moves[i].value("to", Json()).is_string())
        take_move({moves[i]["from"], moves[i]["to"], nodes.items()[i].place()});
  }

  // Two addresses or two components: anything else would silently move nothing.
  void take_move(Moved moved) {
    const bool addresses = parse_address(moved.from) && parse_address(moved.to);
    if (addresses || (is_dns_label(moved.from) && is_dns_label(moved.to))) {
      x_stack.moved.push_back(std::move(moved));
      return;
    }
    Diagnostic& d = x_problems.error("config.bad-move", "this move cannot be understood", moved.place);
    d.detail = "`" + moved.from + "` to `" + moved.to + "`";
    d.help = "write two addresses (component/kind/name), or the old and the new name of a component";
  }

  void read_components() {
    const Node components = child(x_merged, "components");
    for (const Member& m : components.members()) x_stack.components.push_back(read_component(components, m));
  }

  Component read_component(const Node& components, const Member& m) {
    Component c;
    c.name = m.key;
    c.place = c.enabled_place = components.place_of(m.key_spot);
    Node body = m.value;
    if (body.is_null()) body = Node::make_mapping(components.file(), m.key_spot, {});
    if (!body.is_mapping()) {
      x_problems.error("config.wrong-type", "wrong kind of value", body.place()).detail = "a component is a mapping of settings; write {} if there are none";
      return c;
    }
    refuse_reserved(body, reserved_envelope_keys());
    body = without_keys(body, reserved_envelope_keys());
    c.settings = without_keys(body, envelope_keys());
    const Node envelope = only_keys(body, envelope_keys());
    ConvertOptions options;
    options.path = "components." + c.name;
    for (const Member& other : components.members()) options.components[other.key] = true;
    fill_envelope(c, convert(envelope, envelope_schema(), options, x_problems));
    if (const Member* enabled = envelope.find("enabled")) c.enabled_place = enabled->value.place();
    const Node uses = child(envelope, "uses");
    for (const Member& use : uses.members()) c.uses_places[use.key] = uses.place_of(use.key_spot);
    return c;
  }

  static void fill_envelope(Component& c, const Json& e) {
    if (!e.is_object()) return;
    const auto text = [&](const char* key, const std::string& otherwise) {
      return e.contains(key) && e[key].is_string() ? e[key].get<std::string>() : otherwise;
    };
    c.plugin = text("plugin", c.name);
    c.on_delete = text("on_delete", "");
    c.on_conflict = text("on_conflict", "stop");
    c.enabled = !e.contains("enabled") || !e["enabled"].is_boolean() || e["enabled"].get<bool>();
    c.protect = e.contains("protect") && e["protect"].is_boolean() && e["protect"].get<bool>();
    if (e.contains("ignore") && e["ignore"].is_array())
      for (const Json& path : e["ignore"])
        if (path.is_string()) c.ignore.push_back(path.get<std::string>());
    if (e.contains("uses") && e["uses"].is_object())
      for (const auto& [capability, provider] : e["uses"].items())
        if (provider.is_string()) c.uses[capability] = provider.get<std::string>();
    for (const auto& [key, to] : {std::pair{"timeouts", &c.timeouts}, {"adopt", &c.adopt}})
      if (e.contains(key) && !e[key].is_null()) *to = e[key];
  }

  std::optional<std::string> x_asked;
  Diagnostics x_problems;
  Node x_root;
  Node x_merged;
  Stack x_stack;
};

}  // namespace

const Component* Stack::find_component(const std::string& component) const {
  const auto found = std::find_if(components.begin(), components.end(), [&](const Component& c) { return c.name == component; });
  return found == components.end() ? nullptr : &*found;
}

Stack load_stack(const std::filesystem::path& file, const std::optional<std::string>& environment, Diagnostics& warnings) {
  return load_stack_text(read_stack_file(file), file.string(), environment, warnings);
}

std::vector<std::string> stack_environments(const std::filesystem::path& file) {
  return Loader(file.string(), std::nullopt).environments(read_stack_file(file));
}

Stack load_stack_text(std::string_view text, const std::string& file, const std::optional<std::string>& environment,
                      Diagnostics& warnings) {
  return Loader(file, environment).load(text, warnings);
}

ConvertOptions convert_options(const Stack& stack, const Component& component) {
  ConvertOptions options;
  for (const Component& c : stack.components) options.components[c.name] = c.enabled;
  for (const SecretSource& s : stack.secrets) options.secrets.insert(s.name);
  options.path = "components." + component.name;
  options.sibling_keys = envelope_keys();
  return options;
}

}  // namespace dfx
