// What dfx remembers of one resource, and what it was doing to it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/resource.hpp"

namespace dfx {

// creating, updating, deleting: an intent without an outcome (in-doubt). waiting: accepted, not yet seen healthy.
enum class RecordStatus { ok, creating, updating, deleting, waiting };
const char* to_string(RecordStatus);
RecordStatus record_status_from(std::string_view);  // throws Error "state.corrupt"
// Nobody knows whether the effect happened.
bool is_in_doubt(RecordStatus);

// One row of state. Texts are JSON; secrets stand in them as handles only.
struct Record {
  std::string address;
  std::string component;
  std::string kind;
  std::string plugin;
  std::string plugin_version;
  int schema_version = 1;
  std::uint64_t generation = 0;  // counts the lives of the address: one more with each create
  std::string identity;          // what the plugin finds the object by
  std::string desired;           // as expanded, references unresolved
  std::string applied;           // as sent, resolved; empty: the same text as `desired`
  std::string outputs;
  std::string connection;        // resolved: destroy needs no configuration
  std::vector<Edge> edges;
  bool protect = false;
  std::string on_delete;         // "", "keep" or "delete"
  RecordStatus status = RecordStatus::ok;
  std::string operation;         // the last one that touched it
  std::string checkpoint;        // of that operation, while it is in flight

  const std::string& applied_text() const { return applied.empty() ? desired : applied; }
};

}  // namespace dfx
