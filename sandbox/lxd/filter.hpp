// The ?filter= expressions of list calls: "name eq cp-a and config.user.dfx.stack eq home".
#pragma once
#include <regex>
#include <string>
#include <vector>

#include "core/model/json.hpp"

namespace dfx::sandbox::lxd {

struct Clause {
  bool joined_by_or = false;
  bool negated = false;
  std::string field;
  std::string op;
  std::regex pattern;
};

// Throws Refusal 500 "Invalid filter: ..." as the daemon does.
std::vector<Clause> parse_filter(const std::string& text);

// Values are patterns, matched whole and without regard to case.
bool matches(const Json& object, const std::vector<Clause>& clauses);

}  // namespace dfx::sandbox::lxd
