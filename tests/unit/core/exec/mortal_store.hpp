// A store at whose n-th commit the process "dies".
#pragma once
#include "core/state/store.hpp"

namespace dfx {

struct Killed {};

// Passes everything on, until the process "dies" at the n-th commit: just before it is durable, or just after.
class MortalStore final : public Store {
 public:
  MortalStore(Store& inner, int commits, bool after) : x_inner(inner), x_left(commits), x_after(after) {}

  void commit(std::span<const Change> changes) override {
    if (x_left-- != 0) {
      x_inner.commit(changes);
      return;
    }
    died = true;
    if (x_after) x_inner.commit(changes);
    throw Killed();
  }
  std::string stack_id() override { return x_inner.stack_id(); }
  std::vector<Record> load() override { return x_inner.load(); }
  std::vector<std::pair<std::string, std::string>> connections() override { return x_inner.connections(); }
  std::optional<Record> find(const std::string& a) override { return x_inner.find(a); }
  std::int64_t begin_run(const std::string& c) override { return x_inner.begin_run(c); }
  void finish_run(std::int64_t r, const std::string& s) override { x_inner.finish_run(r, s); }
  std::vector<RunInfo> runs(int n) override { return x_inner.runs(n); }
  std::vector<JournalEntry> journal(std::int64_t r) override { return x_inner.journal(r); }
  std::optional<std::string> sealed(const std::string& h) override { return x_inner.sealed(h); }
  bool holds_sealed() override { return x_inner.holds_sealed(); }
  void put_sealed(const std::string& h, const std::string& s) override { x_inner.put_sealed(h, s); }
  std::optional<std::string> fact(const std::string& k) override { return x_inner.fact(k); }
  void put_fact(const std::string& k, const std::string& v) override { x_inner.put_fact(k, v); }

  bool died = false;

 private:
  Store& x_inner;
  int x_left;
  bool x_after;
};

}  // namespace dfx
