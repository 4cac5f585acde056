# The plugin built on its own against an installed Wireshark.
# SPDX-License-Identifier: GPL-2.0-or-later

message(STATUS "Wireshark ${Wireshark_VERSION} (${Wireshark_DIR})")

get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT multi_config AND NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()

# For all C targets, including unit tests.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
if(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
    add_compile_options(
        -Wall -Wextra -Wformat=2 -Wpointer-arith -Wcast-align -Wshadow -Wwrite-strings -Wundef
        -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wredundant-decls)
    if(NAVERPHONE_WERROR)
        add_compile_options(-Werror)
    endif()
endif()

add_library(naverphone MODULE ${NAVERPHONE_SOURCES})
target_include_directories(naverphone PRIVATE . plugin)
target_compile_definitions(naverphone PRIVATE
    NAVERPHONE_VERSION="${PROJECT_VERSION}"
    HAVE_SSIZE_T=1
)
target_link_libraries(naverphone PRIVATE epan $<$<BOOL:${UNIX}>:m>)
if(CMAKE_SYSTEM_NAME STREQUAL Linux)
    target_link_options(naverphone PRIVATE LINKER:-z,defs)      # a missing symbol fails now, not when loading
endif()

# Link-time optimisation makes the plugin an eighth faster: its rooms call many small functions of each other per
# packet.
include(CheckIPOSupported)
check_ipo_supported(RESULT can_optimise_whole OUTPUT ignored LANGUAGES C)
set_target_properties(naverphone PROPERTIES
    INTERPROCEDURAL_OPTIMIZATION ${can_optimise_whole}
    INTERPROCEDURAL_OPTIMIZATION_DEBUG OFF
)

# BUILD/plugins is laid out as a Wireshark plugin folder: WIRESHARK_PLUGIN_DIR=BUILD/plugins.
set_target_properties(naverphone PROPERTIES
    PREFIX ""
    SUFFIX ".so"
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/plugins/${NAVERPHONE_WIRESHARK_SERIES}/epan$<0:>"
)

include(cmake/Installing.cmake)
include(cmake/Packaging.cmake)
include(cmake/Profile.cmake)

option(BUILD_TESTING "Build the tests" ON)
if(BUILD_TESTING AND EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/tests/CMakeLists.txt")
    enable_testing()
    add_subdirectory(tests)
endif()
