#include "core/model/json.hpp"

#include <unordered_set>
#include <vector>

#include "core/model/diagnostics.hpp"

namespace dfx {
namespace {

// Feeds nlohmann's DOM builder and adds the checks that its parser lacks.
class StrictSax : public nlohmann::json_sax<Json> {
 public:
  StrictSax(Json& root, int max_depth) : x_dom(root, false), x_max_depth(max_depth) {}

  bool null() override { return x_dom.null(); }
  bool boolean(bool v) override { return x_dom.boolean(v); }
  bool number_integer(number_integer_t v) override { return x_dom.number_integer(v); }
  bool number_unsigned(number_unsigned_t v) override { return x_dom.number_unsigned(v); }
  bool number_float(number_float_t v, const string_t& text) override {
    if (text.find_first_of(".eE") == string_t::npos) return fail("an integer does not fit into 64 bits");
    return x_dom.number_float(v, text);
  }
  bool string(string_t& v) override { return x_dom.string(v); }
  bool binary(binary_t& v) override { return x_dom.binary(v); }
  bool start_object(std::size_t n) override {
    if (!enter()) return false;
    x_keys.emplace_back();
    return x_dom.start_object(n);
  }
  bool key(string_t& v) override {
    if (!x_keys.back().insert(v).second) return fail("a key stands twice in one object");
    return x_dom.key(v);
  }
  bool end_object() override {
    --x_depth;
    x_keys.pop_back();
    return x_dom.end_object();
  }
  bool start_array(std::size_t n) override { return enter() && x_dom.start_array(n); }
  bool end_array() override {
    --x_depth;
    return x_dom.end_array();
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return fail("syntax error at byte " + std::to_string(position));
  }

  const std::string& problem() const { return x_problem; }

 private:
  bool enter() { return ++x_depth <= x_max_depth || fail("nested deeper than " + std::to_string(x_max_depth)); }
  bool fail(std::string why) {
    x_problem = std::move(why);
    return false;
  }

  nlohmann::detail::json_sax_dom_parser<Json> x_dom;
  int x_max_depth;
  int x_depth = 0;
  std::vector<std::unordered_set<std::string>> x_keys;
  std::string x_problem;
};

}  // namespace

Json parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes)
    throw Error("json.invalid", "invalid JSON",
                std::to_string(text.size()) + " bytes are more than the limit of " + std::to_string(limits.max_bytes));
  Json root;
  StrictSax sax(root, limits.max_depth);
  if (!Json::sax_parse(text.begin(), text.end(), &sax)) throw Error("json.invalid", "invalid JSON", sax.problem());
  return root;
}

std::string canonical(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace dfx
