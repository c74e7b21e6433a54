// A positioned value tree: what stack.yaml says, before a schema gives it types.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/diagnostics.hpp"

namespace dfx {

// A position without its file; lines and columns count from 1, columns in characters. line 0: unknown.
struct Spot {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 1;   // characters on the first line
  std::uint32_t last_line = 0;  // where the text ends; 0: on `line`
};

struct Member;

// One value with its place. Immutable: copies share the tree (an alias of 100 KB costs 16 bytes). [any]
// Invariant: values(), bytes() and depth() count every alias and reference as if it were written out.
class Node {
 public:
  enum class Kind { null, scalar, sequence, mapping };

  Node() = default;  // null, nowhere
  static Node make_null(std::shared_ptr<const std::string> file, Spot spot);
  // verbatim: `text` stands in the source exactly so, on one line (after the opening quote if quoted).
  static Node make_scalar(std::shared_ptr<const std::string> file, Spot spot, std::string text, bool quoted,
                          bool verbatim);
  static Node make_sequence(std::shared_ptr<const std::string> file, Spot spot, std::vector<Node> items);
  // REQUIRES: keys are unique.
  static Node make_mapping(std::shared_ptr<const std::string> file, Spot spot, std::vector<Member> members);

  Kind kind() const;
  bool is_null() const { return kind() == Kind::null; }
  bool is_scalar() const { return kind() == Kind::scalar; }
  bool is_sequence() const { return kind() == Kind::sequence; }
  bool is_mapping() const { return kind() == Kind::mapping; }

  const std::string& text() const;              // of a scalar, else ""
  bool quoted() const;                          // quoted or block scalar: text by intent
  const std::vector<Node>& items() const;       // of a sequence, else empty
  const std::vector<Member>& members() const;   // of a mapping in the order written, else empty
  // The member of that key, or null. Hashed for large mappings. Borrowed from this node.
  const Member* find(std::string_view key) const;

  Place place() const;
  Place place_of(const Spot& spot) const;  // a spot in the same file
  Place place_in_text(std::size_t offset, std::size_t length) const;  // part of the text; the whole if unknown
  const Spot& spot() const;
  const std::shared_ptr<const std::string>& file() const;

  // Where the value's other half stands: what it replaced or was merged with in an overlay, or the variable that
  // it was taken from. `origin_label` is text for the user ("" when there is none).
  Place origin() const;
  const std::string& origin_label() const;
  // The same value that stands at `place_of_this` now and came from `other`. `label` must outlive the program.
  Node with_origin(const Place& other, const std::string& label) const;
  Node moved_to(const Node& site, const std::string& label) const;  // takes site's place; own place becomes origin

  bool has_references() const;    // some scalar at or below holds "${"
  std::size_t values() const;     // nodes at and below
  std::size_t bytes() const;      // text at and below, keys included
  std::uint32_t depth() const;    // 1 for a scalar

 private:
  struct Data;
  explicit Node(std::shared_ptr<const Data> data) : x_data(std::move(data)) {}
  const Data& data() const;
  std::shared_ptr<const Data> x_data;  // shared: aliases, overlays and references point into the same tree
};

struct Member {
  std::string key;
  Spot key_spot;
  Node value;
};

// The place of what a JSON pointer names below `root`; of the key that leads nearest to it if it is not there. Unknown
// if not even its first part is.
Place place_at(const Node& root, std::string_view pointer);

}  // namespace dfx
