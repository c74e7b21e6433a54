# How a plugin is built, the same inside this tree and against an installed SDK (find_package(dfx-sdk)).
include(GNUInstallDirs)

set(DFX_PLUGIN_MAP "${CMAKE_CURRENT_LIST_DIR}/dfx_plugin.map")

# dfx_add_plugin(<name> SOURCES a.cpp ... [LINK lib ...] [OUTPUT_DIR dir] [NO_MANIFEST] [NO_INSTALL])
# Builds target plugin_<name>: <name>.so in ${CMAKE_BINARY_DIR}/plugins, with its manifest <name>.dfx.json beside it,
# written by the plugin's own `describe`. It sees the SDK only, exports dfx_plugin_entry only, and is installed into
# <libdir>/dfx/plugins. LINK is for libraries of the plugin's own. NO_MANIFEST and NO_INSTALL are for test plugins.
function(dfx_add_plugin name)
  cmake_parse_arguments(ARG "NO_MANIFEST;NO_INSTALL" "OUTPUT_DIR" "SOURCES;LINK" ${ARGN})
  if(NOT ARG_OUTPUT_DIR)
    set(ARG_OUTPUT_DIR "${CMAKE_BINARY_DIR}/plugins")
  endif()
  set(target plugin_${name})
  add_library(${target} MODULE ${ARG_SOURCES})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME "${name}" PREFIX "" SUFFIX ".so" LIBRARY_OUTPUT_DIRECTORY "${ARG_OUTPUT_DIR}"
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    BUILD_WITH_INSTALL_RPATH ON LINK_DEPENDS "${DFX_PLUGIN_MAP}")
  target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}" ${DFX_SOURCE_ROOT})
  target_link_libraries(${target} PRIVATE dfx::sdk ${ARG_LINK})
  target_link_options(${target} PRIVATE "LINKER:--version-script=${DFX_PLUGIN_MAP}" "LINKER:-z,relro,-z,now")
  if(NOT DFX_SANITIZE)
    # A forgotten source file is an error of the build, not of the first run. (Sanitizers' symbols come from the host.)
    target_link_options(${target} PRIVATE "LINKER:-z,defs")
  endif()
  if(NOT ARG_NO_MANIFEST)
    set(manifest "${ARG_OUTPUT_DIR}/${name}.dfx.json")
    add_custom_command(TARGET ${target} POST_BUILD
      COMMAND dfx::manifest "$<TARGET_FILE:${target}>" "${manifest}"
      BYPRODUCTS "${manifest}" COMMENT "Writing ${name}.dfx.json" VERBATIM)
    add_dependencies(${target} dfx::manifest)
  endif()
  if(NOT ARG_NO_INSTALL AND NOT ARG_NO_MANIFEST)
    install(TARGETS ${target} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/dfx/plugins" COMPONENT plugins)
    install(FILES "${manifest}" DESTINATION "${CMAKE_INSTALL_LIBDIR}/dfx/plugins" COMPONENT plugins)
  endif()
endfunction()
