// The lines of an `expand` answer, read without trees: there may be a hundred thousand of them.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/engine/engine.hpp"

namespace dfx {

// Adds resources, outputs, provided capabilities and status rows to `out`. [one thread]
class ExpansionReader {
 public:
  ExpansionReader(const ProviderHost& host, const Component& component, Expanded& out, Diagnostics& problems)
      : x_host(host), x_component(component), x_out(out), x_problems(problems) {}
  void read(std::string_view response);

 private:
  void read_line(std::string_view line);
  void read_resource(std::string_view raw);
  void add_edges(Resource& resource, std::string_view raw, EdgeKind kind);
  void complain(const std::string& what);

  const ProviderHost& x_host;
  const Component& x_component;
  Expanded& x_out;
  Diagnostics& x_problems;
  std::string x_known_kind;  // the last kind that was found: most lines have the same
};

}  // namespace dfx
