// A directed acyclic graph over dense ids: flat arrays, linear algorithms, deterministic order.
#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace dfx {

using NodeId = std::uint32_t;

// Invariants: 1. ids are 0..size()-1. 2. `before(n)` are the nodes that must be done before n, `after(n)` the reverse.
// 3. Both lists keep the order in which edges were given. Immutable after construction. [any]
class Graph {
 public:
  Graph() = default;
  // Edge (first, second): `first` must be done before `second`. REQUIRES: both < node_count. Repeats are allowed.
  Graph(NodeId node_count, std::span<const std::pair<NodeId, NodeId>> edges);

  NodeId size() const { return x_size; }
  std::span<const NodeId> before(NodeId n) const { return slice(x_before, n); }
  std::span<const NodeId> after(NodeId n) const { return slice(x_after, n); }

  // Nodes so that each follows everything before it; among free nodes the smallest id first. Shorter than size()
  // exactly if there is a cycle. O(nodes + edges) up to the order among free nodes.
  std::vector<NodeId> topological_order() const;
  // One shortest-found ring a -> b -> ... -> a (first repeated at the end), or empty if there is none.
  std::vector<NodeId> find_cycle() const;
  // For each node the largest sum of weights along any path that starts at it (itself included). REQUIRES: no cycle.
  std::vector<std::uint64_t> longest_remaining(std::span<const std::uint32_t> weights) const;

 private:
  struct Side {
    std::vector<std::uint32_t> offsets;
    std::vector<NodeId> targets;
  };
  std::span<const NodeId> slice(const Side& side, NodeId n) const {
    return {side.targets.data() + side.offsets[n], side.offsets[n + 1] - side.offsets[n]};
  }
  static Side index(NodeId count, std::span<const std::pair<NodeId, NodeId>> edges, bool reverse);

  NodeId x_size = 0;
  Side x_before;
  Side x_after;
};

}  // namespace dfx
