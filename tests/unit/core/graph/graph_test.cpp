#include "core/graph/graph.hpp"

#include <gtest/gtest.h>

namespace dfx {
namespace {
using Edges = std::vector<std::pair<NodeId, NodeId>>;
}

TEST(Graph, OrderFollowsEdgesAndPrefersSmallIds) {
  const Edges edges = {{3, 0}, {0, 1}, {2, 1}};
  EXPECT_EQ(Graph(4, edges).topological_order(), (std::vector<NodeId>{2, 3, 0, 1}));
}

TEST(Graph, CycleIsReportedAsARing) {
  const Edges edges = {{0, 1}, {1, 2}, {2, 3}, {3, 1}, {0, 4}};
  const Graph graph(5, edges);
  EXPECT_EQ(graph.topological_order().size(), 1u + 1u);
  const auto ring = graph.find_cycle();
  ASSERT_EQ(ring.size(), 4u);
  EXPECT_EQ(ring.front(), ring.back());
  for (std::size_t i = 0; i + 1 < ring.size(); ++i)
    EXPECT_NE(std::find(edges.begin(), edges.end(), std::pair(ring[i], ring[i + 1])), edges.end());
}

TEST(Graph, NoCycleInAChain) { EXPECT_TRUE(Graph(3, Edges{{0, 1}, {1, 2}}).find_cycle().empty()); }

TEST(Graph, LongestRemainingSumsTheHeaviestPath) {
  const Edges edges = {{0, 1}, {0, 2}, {1, 3}, {2, 3}};
  const std::vector<std::uint32_t> weights = {1, 10, 2, 5};
  EXPECT_EQ(Graph(4, edges).longest_remaining(weights), (std::vector<std::uint64_t>{16, 15, 7, 5}));
}

TEST(Graph, EmptyGraphIsFine) {
  EXPECT_TRUE(Graph(0, Edges{}).topological_order().empty());
  EXPECT_TRUE(Graph(0, Edges{}).find_cycle().empty());
}

}  // namespace dfx
