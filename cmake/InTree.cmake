# The plugin as part of Wireshark's own build (plugins/epan/naverphone).
# plugin.c is not generated here: plugin/plugin.c has the exported symbols.
# SPDX-License-Identifier: GPL-2.0-or-later

set_module_info(naverphone ${PROJECT_VERSION_MAJOR} ${PROJECT_VERSION_MINOR} ${PROJECT_VERSION_PATCH} 0)

set(PLUGIN_FILES ${NAVERPHONE_SOURCES})
if(NAVERPHONE_WERROR)
    set_source_files_properties(${PLUGIN_FILES} PROPERTIES COMPILE_OPTIONS -Werror)
endif()

add_wireshark_plugin_library(naverphone epan)
target_include_directories(naverphone PRIVATE . plugin)
target_compile_definitions(naverphone PRIVATE NAVERPHONE_VERSION="${PROJECT_VERSION}")
target_link_libraries(naverphone epan $<$<BOOL:${UNIX}>:m>)
install_plugin(naverphone epan)

file(GLOB NAVERPHONE_HEADERS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" *.h)
file(GLOB_RECURSE room_headers RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" plugin/*.h)
checkapi(
    NAME naverphone
    SWITCHES --group dissectors-prohibited --group dissectors-restricted
    SOURCES ${NAVERPHONE_SOURCES} ${NAVERPHONE_HEADERS} ${room_headers}
)
