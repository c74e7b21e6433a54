// Who could have put this file here? Code that dfx loads may come from root and from its own user only.
#pragma once
#include <filesystem>
#include <string>

namespace dfx {

// Empty if nobody but root and this user can have changed or exchanged the file; else what is wrong, as a sentence
// part that begins with the path. The file and its folder must belong to root or this user and must not be writable by
// everybody; no folder above may let others exchange what lies in it. [any]
std::string unsafe_place(const std::filesystem::path& file);

}  // namespace dfx
