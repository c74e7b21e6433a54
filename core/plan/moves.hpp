// `moved:` and kinds with a new name: recorded rows go on under their new addresses before anything is compared.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/plan/plan.hpp"

namespace dfx {

// Renames rows, the edges and the references and secret handles in all of them. `moves` are addresses or components in
// the order in which they happened; `kinds` maps a former kind to today's. Fills plan.moves and plan.rewritten.
// Throws Error "plan.move-collides" if a row would land on another one. Linear in rows unless something moves.
void move_records(Plan& plan, const std::vector<Move>& moves, const std::map<std::string, std::string>& kinds);

}  // namespace dfx
