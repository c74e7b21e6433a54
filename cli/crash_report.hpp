// What a bug leaves behind: a file that says which version did what, where.
#pragma once
#include <string>
#include <vector>

namespace dfx {

// From now on a crash (a bad access, an abort) writes a report and ends the process with 70. Once, at the start.
void prepare_crash_reports(const std::vector<std::string>& arguments);

// Writes a report now; returns its file, or nothing if it could not be written. Never throws.
std::string write_crash_report(const char* what);

}  // namespace dfx
