#include "core/graph/graph.hpp"

#include <algorithm>
#include <functional>
#include <queue>

namespace dfx {

Graph::Side Graph::index(NodeId count, std::span<const std::pair<NodeId, NodeId>> edges, bool reverse) {
  Side side;
  side.offsets.assign(count + 1, 0);
  for (const auto& [from, to] : edges) ++side.offsets[(reverse ? to : from) + 1];
  for (NodeId n = 0; n < count; ++n) side.offsets[n + 1] += side.offsets[n];
  side.targets.resize(edges.size());
  std::vector<std::uint32_t> next(side.offsets.begin(), side.offsets.end() - 1);
  for (const auto& [from, to] : edges) side.targets[next[reverse ? to : from]++] = reverse ? from : to;
  return side;
}

Graph::Graph(NodeId node_count, std::span<const std::pair<NodeId, NodeId>> edges)
    : x_size(node_count), x_before(index(node_count, edges, true)), x_after(index(node_count, edges, false)) {}

std::vector<NodeId> Graph::topological_order() const {
  std::vector<std::uint32_t> waiting(x_size);
  // A heap keeps the order independent of how edges were listed; it costs log(width), not log(size).
  std::priority_queue<NodeId, std::vector<NodeId>, std::greater<>> free;
  for (NodeId n = 0; n < x_size; ++n) {
    waiting[n] = static_cast<std::uint32_t>(before(n).size());
    if (waiting[n] == 0) free.push(n);
  }
  std::vector<NodeId> order;
  order.reserve(x_size);
  while (!free.empty()) {
    const NodeId n = free.top();
    free.pop();
    order.push_back(n);
    for (NodeId next : after(n))
      if (--waiting[next] == 0) free.push(next);
  }
  return order;
}

std::vector<NodeId> Graph::find_cycle() const {
  const std::vector<NodeId> order = topological_order();
  if (order.size() == x_size) return {};
  std::vector<char> left(x_size, 1);
  for (NodeId n : order) left[n] = 0;
  // Every node that is left has a predecessor that is left: walking back must meet itself.
  NodeId n = static_cast<NodeId>(std::find(left.begin(), left.end(), 1) - left.begin());
  std::vector<std::uint32_t> seen_at(x_size, 0);
  std::vector<NodeId> walk;
  while (seen_at[n] == 0) {
    walk.push_back(n);
    seen_at[n] = static_cast<std::uint32_t>(walk.size());
    n = *std::find_if(before(n).begin(), before(n).end(), [&](NodeId b) { return left[b] != 0; });
  }
  std::vector<NodeId> ring(walk.begin() + seen_at[n] - 1, walk.end());
  std::reverse(ring.begin(), ring.end());
  ring.push_back(ring.front());
  return ring;
}

std::vector<std::uint64_t> Graph::longest_remaining(std::span<const std::uint32_t> weights) const {
  std::vector<std::uint64_t> longest(x_size, 0);
  const std::vector<NodeId> order = topological_order();
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    std::uint64_t best = 0;
    for (NodeId next : after(*it)) best = std::max(best, longest[next]);
    longest[*it] = best + weights[*it];
  }
  return longest;
}

}  // namespace dfx
