// Problems as a person reads them: place, line, caret, what and why, what to do.
#pragma once
#include <functional>
#include <optional>

#include "cli/render/terminal.hpp"
#include "core/config/source_text.hpp"
#include "core/model/diagnostics.hpp"

namespace dfx {

// Gives the line at a place ready to show, or nothing.
using LineLookup = std::function<std::optional<SourceLine>(const Place&)>;

// Errors in the order of their places, then warnings; at most `most` of them, then how many were left out.
void render(Terminal& to, const Diagnostics& problems, const LineLookup& lines, std::size_t most = 20);
void render(Terminal& to, const Diagnostic& problem, const LineLookup& lines);

// The lines of the files that this process has read.
LineLookup lines_of_this_process();

}  // namespace dfx
