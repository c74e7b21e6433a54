#include "core/plugin/elf_check.hpp"

#include <elf.h>

#include <cstdint>
#include <cstring>

namespace dfx {
namespace {

#if defined(__x86_64__)
constexpr unsigned k_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr unsigned k_machine = EM_AARCH64;
#else
#error "say which ELF machine this is"
#endif

template <typename T>
bool read_at(std::string_view file, std::uint64_t offset, T& out) {
  if (offset > file.size() || file.size() - offset < sizeof(T)) return false;
  std::memcpy(&out, file.data() + offset, sizeof(T));
  return true;
}

bool inside(std::string_view file, std::uint64_t offset, std::uint64_t size) {
  return offset <= file.size() && size <= file.size() - offset;
}

// One header table: each entry, and what it names, inside the file.
template <typename Header, typename Sound>
bool table_sound(std::string_view file, std::uint64_t offset, unsigned count, Sound sound) {
  for (unsigned i = 0; i < count; ++i) {
    Header header{};
    const std::uint64_t at = offset + std::uint64_t{i} * sizeof(header);
    if (at < offset || !read_at(file, at, header) || !sound(header)) return false;
  }
  return true;
}

ElfProblem damaged(const char* why) { return {why, false}; }

}  // namespace

ElfProblem check_elf(std::string_view file) {
  Elf64_Ehdr head{};
  if (file.size() < SELFMAG || std::memcmp(file.data(), ELFMAG, SELFMAG) != 0) return damaged("it is no ELF file");
  if (!read_at(file, 0, head)) return damaged("it is truncated: it ends inside its first header");
  if (head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB || head.e_machine != k_machine)
    return {"it was built for another machine", true};
  if (head.e_type != ET_DYN) return damaged("it is no shared library");
  if (head.e_phentsize != sizeof(Elf64_Phdr) || head.e_phnum == 0) return damaged("its program headers are damaged");
  if (head.e_shnum != 0 && head.e_shentsize != sizeof(Elf64_Shdr)) return damaged("its section headers are damaged");
  bool stack_runs = false;
  const auto segment_sound = [&](const Elf64_Phdr& p) {
    stack_runs = stack_runs || (p.p_type == PT_GNU_STACK && (p.p_flags & PF_X) != 0);
    return inside(file, p.p_offset, p.p_filesz);
  };
  const auto section_sound = [&](const Elf64_Shdr& s) {
    return s.sh_type == SHT_NOBITS || inside(file, s.sh_offset, s.sh_size);
  };
  if (!table_sound<Elf64_Phdr>(file, head.e_phoff, head.e_phnum, segment_sound))
    return damaged("it is truncated: a segment ends behind the end of the file");
  if (!table_sound<Elf64_Shdr>(file, head.e_shoff, head.e_shnum, section_sound))
    return damaged("it is truncated: a section ends behind the end of the file");
  if (stack_runs) return damaged("it asks for a stack that can run code");
  return {};
}

}  // namespace dfx
