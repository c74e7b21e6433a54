#include "core/plugin/elf_check.hpp"

#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>

#include "core/util/digest.hpp"
#include "tests/unit/core/plugin/temp_folder.hpp"

namespace dfx {
namespace {

class ElfCheck : public testing::Test {
 protected:
  // The library with one field of its first header changed.
  template <typename Change>
  ElfProblem with(Change change) const {
    std::string bent = sound;
    Elf64_Ehdr head;
    std::memcpy(&head, bent.data(), sizeof(head));
    change(head);
    std::memcpy(bent.data(), &head, sizeof(head));
    return check_elf(bent);
  }

  std::string sound = read_file(DFX_SOUND_PLUGIN);
};

}  // namespace

TEST_F(ElfCheck, AWholeLibraryIsSound) { EXPECT_EQ(check_elf(sound).why, ""); }

TEST_F(ElfCheck, WhatIsNoLibraryIsRefusedInWords) {
  EXPECT_EQ(check_elf("").why, "it is no ELF file");
  EXPECT_EQ(check_elf("#!/bin/sh\n").why, "it is no ELF file");
  EXPECT_EQ(check_elf(std::string_view(sound).substr(0, 40)).why, "it is truncated: it ends inside its first header");
  EXPECT_EQ(with([](Elf64_Ehdr& h) { h.e_type = ET_REL; }).why, "it is no shared library");
  EXPECT_EQ(with([](Elf64_Ehdr& h) { h.e_phnum = 0; }).why, "its program headers are damaged");
  EXPECT_EQ(with([](Elf64_Ehdr& h) { h.e_phoff = ~0ull - 8; }).why, "it is truncated: a segment ends behind the end of the file");
  EXPECT_EQ(with([](Elf64_Ehdr& h) { h.e_shoff = ~0ull; }).why, "it is truncated: a section ends behind the end of the file");
  EXPECT_EQ(with([](Elf64_Ehdr& h) { h.e_shentsize = 1; }).why, "its section headers are damaged");
}

TEST_F(ElfCheck, AnotherMachineIsNotDamage) {
  const ElfProblem problem = with([](Elf64_Ehdr& h) { h.e_machine = EM_RISCV; });
  EXPECT_EQ(problem.why, "it was built for another machine");
  EXPECT_TRUE(problem.other_machine);
}

TEST_F(ElfCheck, EveryTruncationIsFound) {
  // The section headers are the end of a library, so no shorter file is whole.
  for (std::size_t step = 0; step < 400; ++step) {
    const std::size_t size = sound.size() * step / 400;
    EXPECT_NE(check_elf(std::string_view(sound).substr(0, size)).why, "") << size;
  }
  for (std::size_t size = 0; size < 2048; ++size) EXPECT_NE(check_elf(std::string_view(sound).substr(0, size)).why, "") << size;
  EXPECT_NE(check_elf(std::string_view(sound).substr(0, sound.size() - 1)).why, "");
}

TEST_F(ElfCheck, NoByteOfTheHeadersCanMakeItReadOutside) {
  // What it answers is open; AddressSanitizer has the word about the rest.
  for (std::size_t at = 0; at < 1024; ++at)
    for (const char value : {'\0', '\x7f', '\xff'}) {
      std::string bent = sound.substr(0, 4096);
      bent[at] = value;
      check_elf(bent);
      bent = sound;
      bent[at] = value;
      check_elf(bent);
    }
}

TEST(Digest, IsSha256InHex) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace dfx
