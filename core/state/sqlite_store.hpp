// The embedded store: one SQLite file per stack and environment, mode 0600, WAL, every commit on the disk.
#pragma once
#include <filesystem>
#include <memory>

#include "core/state/store.hpp"

namespace dfx {

// Opens the file, or makes it (REQUIRES then: the run lock is held). Throws Error "state.*": unreadable, corrupt, newer (made by a newer dfx).
std::unique_ptr<Store> open_sqlite_store(const std::filesystem::path& file);

// Opens an existing file for reading beside a writer, also where nothing may be written; null if there is none. Writing through it throws.
std::unique_ptr<Store> read_sqlite_store(const std::filesystem::path& file);

}  // namespace dfx
