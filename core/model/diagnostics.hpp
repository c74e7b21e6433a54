// Problems with the user's input or the outside world, collected and returned; never printed here.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace dfx {

// A place in a stack file. line and column count from 1, columns in characters; line 0 means "no place".
struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 1;  // characters that the caret underlines

  bool known() const { return line != 0; }
  bool operator==(const Place&) const = default;
};

enum class Severity { error, warning };

// Error classes of operations (part of the event and state format, do not rename).
// transient: safe to retry. in_doubt: nobody knows whether the effect happened.
enum class ErrorClass { none, transient, invalid, conflict, auth, absent, unreachable, in_doubt, cancelled, internal };
const char* to_string(ErrorClass);
// Returns ErrorClass::internal for a word that is none of ours.
ErrorClass error_class_from(const std::string& word);

// One problem. `summary` is constant text per kind of problem (lower case, no full stop); `detail` says what and why
// in sentences; `help` says what to do. `code` is a greppable slug such as "config.unknown-key".
struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;
  std::string summary;
  std::string detail;
  std::string help;
  Place place;
  Place other_place;           // a second place ("first one here"), or unknown
  std::string other_label;     // what the second place shows
  std::string address;         // resource address, or empty
  ErrorClass error_class = ErrorClass::none;
  std::string path;            // JSON pointer into what `address` (or a component's settings) says; or empty
};

// An error without a place, of a class that says what may be done about it.
Diagnostic failure(std::string code, std::string summary, std::string detail, std::string help,
                   ErrorClass error_class = ErrorClass::none);

// An ordered list of problems. [any]; one list belongs to one thread at a time.
class Diagnostics {
 public:
  Diagnostic& add(Diagnostic d) { return x_list.emplace_back(std::move(d)); }
  Diagnostic& error(std::string code, std::string summary, Place place = {});
  Diagnostic& warning(std::string code, std::string summary, Place place = {});
  void append(const Diagnostics& other);
  bool has_errors() const;
  // Null if there is none. A plugin speaks after the services that it used, and knows best what its user can do.
  const Diagnostic* last_error() const;
  bool empty() const { return x_list.empty(); }
  const std::vector<Diagnostic>& list() const { return x_list; }
  // Stable order for people: warnings last, then by file, line, column.
  void sort_by_place();

 private:
  std::vector<Diagnostic> x_list;
};

// An operation that cannot go on. Caught in main (exit code) and at the plugin boundary (status), nowhere else.
class Error : public std::runtime_error {
 public:
  explicit Error(Diagnostic d);
  explicit Error(Diagnostics list);
  Error(std::string code, std::string summary, std::string detail = {}, std::string help = {});
  const Diagnostics& diagnostics() const { return x_list; }

 private:
  Diagnostics x_list;
};

}  // namespace dfx
