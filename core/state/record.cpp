#include "core/state/record.hpp"

#include "core/model/diagnostics.hpp"
#include "core/model/json_scan.hpp"
#include "core/state/edges.hpp"

namespace dfx {

const char* to_string(RecordStatus s) {
  switch (s) {
    case RecordStatus::ok: return "ok";
    case RecordStatus::creating: return "creating";
    case RecordStatus::updating: return "updating";
    case RecordStatus::deleting: return "deleting";
    case RecordStatus::waiting: return "waiting";
  }
  return "ok";
}

RecordStatus record_status_from(std::string_view word) {
  for (RecordStatus s : {RecordStatus::ok, RecordStatus::creating, RecordStatus::updating, RecordStatus::deleting,
                         RecordStatus::waiting})
    if (word == to_string(s)) return s;
  throw Error("state.corrupt", "the state file is damaged", "`" + std::string(word) + "` is no status of a resource");
}

bool is_in_doubt(RecordStatus s) {
  return s == RecordStatus::creating || s == RecordStatus::updating || s == RecordStatus::deleting;
}

std::string write_edges(const std::vector<Edge>& edges) {
  std::string out;
  for (const Edge& edge : edges) {
    out += to_string(edge.kind)[0];
    out += ' ';
    out += edge.to;
    out += '\n';
  }
  return out;
}

std::vector<Edge> read_edges(std::string_view text) {
  std::vector<Edge> out;
  each_line(text, [&](std::string_view line) {
    if (line.size() < 3 || line[1] != ' ') throw Error("state.corrupt", "the state file is damaged", "bad edge");
    const char word = line[0];
    const EdgeKind kind = word == 'c'   ? EdgeKind::contained_in
                          : word == 'h' ? EdgeKind::hosted_on
                                        : EdgeKind::needs;
    out.push_back({std::string(line.substr(2)), kind});
  });
  return out;
}

}  // namespace dfx
