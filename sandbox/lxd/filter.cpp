#include "sandbox/lxd/filter.hpp"

#include <regex>
#include <sstream>

#include "core/util/text.hpp"
#include "sandbox/lxd/context.hpp"

namespace dfx::sandbox::lxd {
namespace {

[[noreturn]] void bad(const char* why) { throw Refusal{500, std::string("Invalid filter: ") + why}; }

class Words {
 public:
  explicit Words(const std::string& text) {
    std::istringstream stream(text);
    for (std::string word; stream >> word;) x_words.push_back(word);
  }
  bool more() const { return x_at < x_words.size(); }
  const std::string& next(const char* missing) {
    if (!more()) bad(missing);
    return x_words[x_at++];
  }

 private:
  std::vector<std::string> x_words;
  std::size_t x_at = 0;
};

std::string value_of_clause(Words& words) {
  std::string value = words.next("clause has no value");
  if (value.front() != '"') return value;
  value.erase(0, 1);
  while (true) {
    const std::string& word = words.next("unterminated quote");
    if (word.back() == '"') return value + " " + word.substr(0, word.size() - 1);
    value += " " + word;
  }
}

// A text, null for what is no text, "" for what a map of texts does not hold.
Json field_of(const Json& object, const std::string& path) {
  if (!object.is_object()) return nullptr;
  if (const auto whole = object.find(path); whole != object.end()) return *whole;
  const std::size_t dot = path.find('.');
  if (dot == std::string::npos) return nullptr;
  const auto inner = object.find(path.substr(0, dot));
  if (inner == object.end()) return nullptr;
  const std::string rest = path.substr(dot + 1);
  const bool text_map = inner->is_object() && (inner->empty() || inner->begin()->is_string());
  return text_map ? Json(inner->value(rest, "")) : field_of(*inner, rest);
}

// Quoted as a text, if it makes no sense as a pattern.
std::regex compiled(const std::string& value) {
  const bool anchored = value.find('^') != std::string::npos || value.find('$') != std::string::npos;
  try {
    return std::regex(anchored ? value : "^" + value + "$", std::regex::icase);
  } catch (const std::regex_error&) {
    static const std::regex special(R"([.^$|()\[\]{}*+?\\])");
    return std::regex("^" + std::regex_replace(value, special, R"(\$&)") + "$", std::regex::icase);
  }
}

}  // namespace

std::vector<Clause> parse_filter(const std::string& text) {
  std::vector<Clause> clauses;
  Words words(text);
  bool joined_by_or = false;
  while (words.more()) {
    Clause clause;
    clause.joined_by_or = joined_by_or;
    clause.field = words.next("clause has no operator");
    if (lower(clause.field) == "not") {
      clause.negated = true;
      clause.field = words.next("incomplete not clause");
    }
    clause.op = words.next("clause has no operator");
    clause.pattern = compiled(value_of_clause(words));
    clauses.push_back(clause);
    if (!words.more()) break;
    const std::string& join = words.next("");
    if (join != "and" && join != "or") bad("invalid clause composition");
    if (!words.more()) bad("unterminated compound clause");
    joined_by_or = join == "or";
  }
  return clauses;
}

bool matches(const Json& object, const std::vector<Clause>& clauses) {
  bool all = true;
  for (const auto& clause : clauses) {
    const Json value = field_of(object, clause.field);
    bool one = value.is_string() && std::regex_search(value.get_ref<const std::string&>(), clause.pattern);
    if (clause.op == "ne") one = !one;
    if (clause.negated) one = !one;
    all = clause.joined_by_or ? all || one : all && one;
  }
  return all;
}

}  // namespace dfx::sandbox::lxd
