#include "core/model/diagnostics.hpp"

#include <gtest/gtest.h>

namespace dfx {

TEST(Diagnostics, SortsErrorsBeforeWarningsThenByPlace) {
  Diagnostics list;
  list.warning("w", "warning", {"a", 1, 1});
  list.error("e2", "later", {"a", 9, 1});
  list.error("e1", "earlier", {"a", 2, 5});
  list.sort_by_place();
  EXPECT_EQ(list.list()[0].code, "e1");
  EXPECT_EQ(list.list()[1].code, "e2");
  EXPECT_EQ(list.list()[2].code, "w");
}

TEST(Diagnostics, WarningsAloneAreNoErrors) {
  Diagnostics list;
  list.warning("w", "warning");
  EXPECT_FALSE(list.has_errors());
  list.error("e", "error");
  EXPECT_TRUE(list.has_errors());
}

TEST(Diagnostics, ErrorClassWordsRoundTrip) {
  for (auto c : {ErrorClass::transient, ErrorClass::in_doubt, ErrorClass::unreachable})
    EXPECT_EQ(error_class_from(to_string(c)), c);
  EXPECT_EQ(error_class_from("no such word"), ErrorClass::internal);
}

}  // namespace dfx
