#include "cli/render/graph.hpp"

#include <gtest/gtest.h>

#include "core/model/diagnostics.hpp"
#include "tests/unit/cli/render/screen.hpp"

namespace dfx {
namespace {

Resource item(const std::string& name, const std::vector<std::string>& needs = {}) {
  Resource r;
  r.component = "c";
  r.kind = "t.item";
  r.address = "c/t.item/" + name;
  for (const std::string& to : needs) r.edges.push_back({"c/t.item/" + to, EdgeKind::needs});
  return r;
}

TEST(Tree, ShowsEachResourceOnceUnderTheLastOfItsNeeds) {
  Screen screen;
  render_tree(screen.terminal(), {item("d", {"b", "c", "e"}), item("a"), item("b", {"a"}), item("c", {"b"}), item("e", {"a"})});
  EXPECT_EQ(screen.text(),
            "c/t.item/a\n"
            "|- c/t.item/b\n"
            "|  `- c/t.item/c\n"
            "|     `- c/t.item/d  (and t.item/e)\n"
            "`- c/t.item/e\n");
}

TEST(Tree, RefusesARing) {
  Screen screen;
  EXPECT_THROW(render_tree(screen.terminal(), {item("a", {"b"}), item("b", {"a"})}), Error);
}

TEST(Tree, StandsTheDeepestChains) {
  std::vector<Resource> resources{item("0")};
  for (int i = 1; i < 3000; ++i) resources.push_back(item(std::to_string(i), {std::to_string(i - 1)}));
  Screen screen;
  render_tree(screen.terminal(), resources);
  EXPECT_NE(screen.text().find("c/t.item/2999\n"), std::string::npos);
}

TEST(Dot, PointsFromWhatIsNeededToWhoNeedsIt) {
  Screen screen;
  render_dot(screen.terminal(), {item("a"), item("b", {"a"})});
  EXPECT_NE(screen.text().find("  \"c/t.item/a\" -> \"c/t.item/b\";\n"), std::string::npos) << screen.text();
}

TEST(GraphJson, HasNodesAndEdges) {
  const Json json = graph_json({item("a"), item("b", {"a"})});
  EXPECT_EQ(json["nodes"].size(), 2u);
  EXPECT_EQ(json["edges"], (Json::array({{{"from", "c/t.item/b"}, {"to", "c/t.item/a"}, {"kind", "needs"}}})));
}

}  // namespace
}  // namespace dfx
