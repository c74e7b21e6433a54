# Build rules shared by the whole tree: one target per folder, link lines are the layer rule.
include(GNUInstallDirs)

get_filename_component(DFX_SOURCE_ROOT "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
include("${CMAKE_CURRENT_LIST_DIR}/dfx_plugin.cmake")

option(DFX_BUILD_TESTS "Build the tests" ON)
set(DFX_SANITIZE "" CACHE STRING "Sanitizers for everything, such as address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(DFX_CCACHE ccache)
if(DFX_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${DFX_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${DFX_CCACHE}")
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror=return-type
                    $<$<COMPILE_LANGUAGE:CXX>:-Woverloaded-virtual>)
if(DFX_SANITIZE)
  add_compile_options(-fsanitize=${DFX_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${DFX_SANITIZE})
endif()

# dfx_add_library(<folder-name> SOURCES a.cpp ... LINK dfx_model ...)
# A static library dfx_<folder-name>; headers are included as "<path from the root>/x.hpp".
function(dfx_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE" ${ARGN})
  add_library(dfx_${name} STATIC ${ARG_SOURCES})
  target_include_directories(dfx_${name} PUBLIC "${DFX_SOURCE_ROOT}")
  target_link_libraries(dfx_${name} PUBLIC ${ARG_LINK} PRIVATE ${ARG_PRIVATE})
endfunction()

# dfx_add_test(<name> SOURCES a.cpp ... LINK dfx_model ...): one GoogleTest binary, registered with ctest by itself.
function(dfx_add_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${DFX_SOURCE_ROOT}")
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gtest GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
endfunction()
