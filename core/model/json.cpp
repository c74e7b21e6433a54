#include "core/model/json.hpp"

#include <vector>

#include "core/model/diagnostics.hpp"

namespace dfx {
namespace {

// Builds the tree itself: nlohmann's own builder lets the last of two equal keys win and rounds large integers.
class StrictBuilder : public nlohmann::json_sax<Json> {
 public:
  StrictBuilder(Json& root, int max_depth) : x_root(root), x_max_depth(max_depth) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool v) override { return add(v); }
  bool number_integer(number_integer_t v) override { return add(v); }
  bool number_unsigned(number_unsigned_t v) override { return add(v); }
  bool number_float(number_float_t v, const string_t& text) override {
    if (text.find_first_of(".eE") == string_t::npos) return fail("an integer does not fit into 64 bits");
    return add(v);
  }
  bool string(string_t& v) override { return add(std::move(v)); }
  bool binary(binary_t&) override { return fail("binary values are no JSON"); }
  bool start_object(std::size_t) override { return enter(Json::value_t::object); }
  bool key(string_t& v) override {
    const auto [place, inserted] = x_open.back()->get_ref<Json::object_t&>().emplace(std::move(v), nullptr);
    x_slot = &place->second;
    return inserted || fail("a key stands twice in one object");
  }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return enter(Json::value_t::array); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return fail("syntax error at byte " + std::to_string(position));
  }

  const std::string& problem() const { return x_problem; }

 private:
  template <typename V>
  bool add(V&& v) {
    put(Json(std::forward<V>(v)));
    return true;
  }
  Json* put(Json v) {
    if (x_open.empty()) return &(x_root = std::move(v));
    if (x_open.back()->is_object()) return &(*x_slot = std::move(v));
    auto& items = x_open.back()->get_ref<Json::array_t&>();
    items.push_back(std::move(v));
    return &items.back();
  }
  bool enter(Json::value_t type) {
    if (static_cast<int>(x_open.size()) >= x_max_depth)
      return fail("nested deeper than " + std::to_string(x_max_depth));
    // Pointers to enclosing containers stay valid: only the innermost container grows.
    x_open.push_back(put(Json(type)));
    return true;
  }
  bool leave() {
    x_open.pop_back();
    return true;
  }
  bool fail(std::string why) {
    x_problem = std::move(why);
    return false;
  }

  Json& x_root;
  int x_max_depth;
  std::vector<Json*> x_open;
  Json* x_slot = nullptr;  // where the value of the last key goes
  std::string x_problem;
};

}  // namespace

Json parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes)
    throw Error("json.invalid", "invalid JSON",
                std::to_string(text.size()) + " bytes are more than the limit of " + std::to_string(limits.max_bytes));
  // The library takes a NUL byte for the end and would not look at what follows.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
    throw Error("json.invalid", "invalid JSON", "a NUL byte at byte " + std::to_string(nul));
  Json root;
  StrictBuilder builder(root, limits.max_depth);
  if (!Json::sax_parse(text.begin(), text.end(), &builder))
    throw Error("json.invalid", "invalid JSON", builder.problem());
  return root;
}

std::string canonical(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace dfx
