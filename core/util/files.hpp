// Writing that is on the disk when it returns.
#pragma once
#include <filesystem>
#include <string_view>

namespace dfx {

// All of it, however the kernel cuts it. False and errno on failure. [any]
bool write_all(int fd, std::string_view bytes);

// Makes what was renamed or linked in `folder` durable. False and errno on failure. [any]
bool sync_folder(const std::filesystem::path& folder);

}  // namespace dfx
