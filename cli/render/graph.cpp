#include "cli/render/graph.hpp"

#include <algorithm>
#include <unordered_map>

#include "cli/render/value.hpp"
#include "core/graph/graph.hpp"
#include "core/model/diagnostics.hpp"

namespace dfx {
namespace {

constexpr NodeId k_none = ~NodeId{0};

Graph graph_of(const std::vector<Resource>& resources) {
  std::unordered_map<std::string_view, NodeId> ids;
  for (NodeId i = 0; i < resources.size(); ++i) ids.emplace(resources[i].address, i);
  std::vector<std::pair<NodeId, NodeId>> edges;
  for (NodeId i = 0; i < resources.size(); ++i)
    for (const Edge& edge : resources[i].edges)
      if (const auto found = ids.find(edge.to); found != ids.end()) edges.emplace_back(found->second, i);
  return Graph(static_cast<NodeId>(resources.size()), edges);
}

[[noreturn]] void throw_ring(const std::vector<Resource>& resources, const Graph& graph) {
  std::string ring;
  for (NodeId id : graph.find_cycle()) ring += (ring.empty() ? "" : " -> ") + resources[id].address;
  throw Error("graph.cycle", "resources depend on each other in a ring", ring, "take one of these references away");
}

class Tree {
 public:
  explicit Tree(const std::vector<Resource>& resources)
      : x_resources(resources), x_graph(graph_of(resources)), x_parent(resources.size(), k_none),
        x_children(resources.size()) {
    const auto order = x_graph.topological_order();
    if (order.size() < resources.size()) throw_ring(resources, x_graph);
    std::vector<std::uint32_t>& depth = x_depth;
    depth.resize(resources.size());
    for (NodeId node : order) {
      for (NodeId before : x_graph.before(node)) {
        if (x_parent[node] != k_none && depth[before] < depth[node]) continue;
        x_parent[node] = before;
        depth[node] = depth[before] + 1;
      }
      if (x_parent[node] == k_none) x_roots.push_back(node);
      else x_children[x_parent[node]].push_back(node);
    }
  }

  void render(Terminal& to) const {
    struct Open {
      NodeId node;
      std::string margin;  // of its children
      std::size_t next = 0;
    };
    for (NodeId root : x_roots) {
      line(to, "", root);
      std::vector<Open> path{{root, ""}};
      while (!path.empty()) {
        Open& top = path.back();
        const auto& children = x_children[top.node];
        if (top.next == children.size()) {
          path.pop_back();
          continue;
        }
        const NodeId child = children[top.next++];
        const bool last = top.next == children.size();
        line(to, top.margin + (last ? end(to) : fork(to)), child);
        path.push_back({child, top.margin + (last ? "   " : bar(to))});
      }
    }
  }

 private:
  static const char* fork(const Terminal& to) { return to.unicode() ? "\u251c\u2500 " : "|- "; }
  static const char* end(const Terminal& to) { return to.unicode() ? "\u2514\u2500 " : "`- "; }
  static const char* bar(const Terminal& to) { return to.unicode() ? "\u2502  " : "|  "; }

  void line(Terminal& to, const std::string& margin, NodeId node) const {
    to.out() << to.paint(Style::dim, margin) << display(x_resources[node].address);
    std::string others;
    for (NodeId before : x_graph.before(node))
      if (!stands_under(node, before)) others += (others.empty() ? "" : ", ") + short_name(node, before);
    if (!others.empty()) to.out() << to.paint(Style::dim, "  (and " + others + ")");
    to.out() << '\n';
  }

  // The tree says it already.
  bool stands_under(NodeId node, NodeId above) const {
    while (node != k_none && x_depth[node] > x_depth[above]) node = x_parent[node];
    return node == above;
  }

  // Without the component, if both are of the same.
  std::string short_name(NodeId from, NodeId to) const {
    const Resource& resource = x_resources[to];
    const bool same = resource.component == x_resources[from].component;
    return display(same ? resource.address.substr(resource.component.size() + 1) : resource.address);
  }

  const std::vector<Resource>& x_resources;
  Graph x_graph;
  std::vector<std::uint32_t> x_depth;  // in the tree
  std::vector<NodeId> x_parent;
  std::vector<std::vector<NodeId>> x_children;
  std::vector<NodeId> x_roots;
};

std::string dot_text(const std::string& text) {
  std::string out = "\"";
  for (char c : display(text)) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
  return out + "\"";
}

}  // namespace

void render_tree(Terminal& to, const std::vector<Resource>& resources) { Tree(resources).render(to); }

void render_dot(Terminal& to, const std::vector<Resource>& resources) {
  to.out() << "digraph stack {\n  rankdir = LR;\n  node [shape = box, fontname = \"sans-serif\"];\n";
  for (const Resource& resource : resources) to.out() << "  " << dot_text(resource.address) << ";\n";
  for (const Resource& resource : resources)
    for (const Edge& edge : resource.edges)
      to.out() << "  " << dot_text(edge.to) << " -> " << dot_text(resource.address)
               << (edge.kind == EdgeKind::needs ? "" : " [style = bold]") << ";\n";
  to.out() << "}\n";
}

Json graph_json(const std::vector<Resource>& resources) {
  Json nodes = Json::array(), edges = Json::array();
  for (const Resource& resource : resources) {
    nodes.push_back({{"address", resource.address}, {"component", resource.component}, {"kind", resource.kind}});
    for (const Edge& edge : resource.edges)
      edges.push_back({{"from", resource.address}, {"to", edge.to}, {"kind", to_string(edge.kind)}});
  }
  return {{"nodes", nodes}, {"edges", edges}};
}

}  // namespace dfx
