#include "core/engine/expansion_reader.hpp"

#include <algorithm>

#include "core/model/address.hpp"
#include "core/model/json_scan.hpp"
#include "core/plan/text.hpp"

namespace dfx {
namespace {

void add_edge(Resource& resource, std::string to, EdgeKind kind) {
  for (Edge& edge : resource.edges) {
    if (edge.to != to) continue;
    if (kind != EdgeKind::needs) edge.kind = kind;
    return;
  }
  resource.edges.push_back({std::move(to), kind});
}

}  // namespace

void ExpansionReader::read(std::string_view response) {
  each_line(response, [this](std::string_view line) {
    try {
      read_line(line);
    } catch (const Error& e) {
      complain(e.diagnostics().list().front().detail);
    } catch (const Json::exception& e) {
      complain(e.what());
    }
  });
}

void ExpansionReader::read_line(std::string_view line) {
  std::string_view resource, value, provides, output, status;
  const bool sound = scan_members(line, [&](std::string_view key, std::string_view raw) {
    if (key == "resource") resource = raw;
    else if (key == "value") value = raw;
    else if (key == "provides") provides = raw;
    else if (key == "output") output = raw;
    else if (key == "status") status = raw;
  });
  if (!sound) {
    complain("a line of its answer is no JSON object");
  } else if (!resource.empty()) {
    read_resource(resource);
  } else if (!provides.empty()) {
    x_out.provided[x_component.name][text_of(provides)] = parse_json(or_null(value));
  } else if (!output.empty()) {
    x_out.outputs[x_component.name][text_of(output)] = parse_json(or_null(value));
  } else if (!status.empty()) {
    Json row = parse_json(status);
    row["component"] = x_component.name;
    x_out.status.push_back(std::move(row));
  } else {
    complain("a line of its answer is neither a resource nor an output");
  }
}

void ExpansionReader::read_resource(std::string_view raw) {
  Resource r;
  std::string name;
  std::string_view needs, contained, hosted;
  const bool sound = scan_members(raw, [&](std::string_view key, std::string_view value) {
    if (key == "kind") r.kind = text_of(value);
    else if (key == "name") name = text_of(value);
    else if (key == "desired") r.desired = std::string(value);
    else if (key == "connection" && value != "null") r.connection = std::string(value);
    else if (key == "needs") needs = value;
    else if (key == "contained_in") contained = value;
    else if (key == "hosted_on") hosted = value;
    else if (key == "protect") r.protect = value == "true";
    else if (key == "on_delete") r.on_delete = text_of(value);
    else if (key == "setting") r.setting = text_of(value);
  });
  if (!sound || name.empty() || r.desired.empty() || r.desired.front() != '{') {
    complain("a resource needs a name and an object `desired`");
    return;
  }
  if (r.kind.empty() || (r.kind != x_known_kind && x_host.find_kind(r.kind) == nullptr)) {
    complain("no plugin knows kind `" + r.kind + "`");
    return;
  }
  x_known_kind = r.kind;
  r.component = x_component.name;
  r.address = x_component.name + "/" + r.kind + "/" + percent_encode(name);
  r.protect = r.protect || x_component.protect;
  if (!x_component.on_delete.empty()) r.on_delete = x_component.on_delete;
  add_edges(r, needs, EdgeKind::needs);
  add_edges(r, contained, EdgeKind::contained_in);
  add_edges(r, hosted, EdgeKind::hosted_on);
  for (std::string& to : references_in(r.desired)) add_edge(r, std::move(to), EdgeKind::needs);
  for (std::string& to : references_in(r.connection)) add_edge(r, std::move(to), EdgeKind::needs);
  x_out.resources.push_back(std::move(r));
}

// One address, or a list of them.
void ExpansionReader::add_edges(Resource& resource, std::string_view raw, EdgeKind kind) {
  if (raw.empty() || raw == "null" || raw == "[]") return;
  const Json value = parse_json(raw);
  if (value.is_string()) {
    add_edge(resource, value.get<std::string>(), kind);
    return;
  }
  for (const Json& to : value) add_edge(resource, to.get<std::string>(), kind);
}

void ExpansionReader::complain(const std::string& what) {
  Diagnostic& d = x_problems.error("plugin.bad-answer", "a plugin gave an answer that cannot be understood", x_component.place);
  d.detail = "plugin `" + x_component.plugin + "`, expand of component `" + x_component.name + "`: " + what;
  d.help = "this is a bug of the plugin; please report it to its authors";
}

}  // namespace dfx
