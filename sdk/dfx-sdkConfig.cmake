# dfx::sdk (headers), dfx::manifest (the tool that writes manifests) and dfx_add_plugin.
include(CMakeFindDependencyMacro)
find_dependency(nlohmann_json 3.11)
include("${CMAKE_CURRENT_LIST_DIR}/dfx-sdkTargets.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/dfx_plugin.cmake")
