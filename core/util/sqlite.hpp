// The few calls of SQLite that dfx needs, with errors as Error and statements prepared once.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace dfx::sqlite {

// frozen: read-only where nothing may be written, not even the index that readers and writers share. REQUIRES: nobody
// writes to the file.
enum class Mode { read_only, read_write, frozen };

// What is said of a file that is damaged.
struct Damage {
  const char* code = "state.corrupt";
  const char* summary = "the state file is damaged";
  const char* help = "keep a copy of the file, then restore it from your backup";
};

// One connection. Not thread-safe: its owner guards it.
class Database {
 public:
  // Throws Error "state.unreadable" if the file cannot be opened.
  Database(const std::string& path, Mode mode, Damage damage = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs statements that answer nothing. Throws as Statement::step does.
  void execute(const char* sql);
  // Throws the Error that fits `code`: state.full, state.busy, state.read-only, state.failed, or that of the damage.
  [[noreturn]] void fail(int code) const;
  sqlite3* handle() const { return x_handle; }

 private:
  std::string x_path;
  Damage x_damage;
  sqlite3* x_handle = nullptr;
};

// A prepared statement. Bound text is borrowed until the next reset.
class Statement {
 public:
  Statement(Database& database, const char* sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Positions count from 1.
  Statement& bind(int at, std::string_view text);
  Statement& bind(int at, std::int64_t number);
  // True: a row is there. Throws Error on failure, after a reset.
  bool step();
  // Steps a statement that answers nothing, then resets it.
  void run();
  void reset();
  std::string text(int column) const;
  std::int64_t number(int column) const;

 private:
  Database& x_database;
  sqlite3_stmt* x_statement = nullptr;
};

// Rolls back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database) : x_database(database) { x_database.execute("BEGIN IMMEDIATE"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& x_database;
  bool x_open = true;
};

}  // namespace dfx::sqlite
