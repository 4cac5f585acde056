# Finds the development files of an installed Wireshark. Sets the variables of WiresharkConfig.cmake and
# NAVERPHONE_WIRESHARK_SERIES (4.0, 4.4, ...), or NAVERPHONE_PROBLEM: what is wrong and what to install.
# SPDX-License-Identifier: GPL-2.0-or-later

set(wanted_version 4.0)
set(wanted_folder "${Wireshark_DIR}")

# Debian 12 has the package in LIBDIR/wireshark/cmake, where CMake does not search by default.
find_package(Wireshark ${wanted_version} CONFIG QUIET
    PATH_SUFFIXES
        lib/${CMAKE_LIBRARY_ARCHITECTURE}/wireshark/cmake
        lib64/wireshark/cmake
        lib/wireshark/cmake
)

set(NAVERPHONE_PROBLEM "")
if(wanted_folder AND NOT "${Wireshark_DIR}" STREQUAL "${wanted_folder}")
    # CMake silently searched elsewhere because the given folder is unusable.
    set(NAVERPHONE_PROBLEM "Wireshark_DIR=${wanted_folder} holds no usable WiresharkConfig.cmake.")
elseif(NOT Wireshark_FOUND AND Wireshark_CONSIDERED_VERSIONS)
    list(JOIN Wireshark_CONSIDERED_VERSIONS ", " versions)
    set(NAVERPHONE_PROBLEM "The Wireshark found is not usable: version ${versions}.")
elseif(NOT Wireshark_FOUND)
    set(NAVERPHONE_PROBLEM "No Wireshark development files were found.")
elseif(NOT Wireshark_PLUGINS_ENABLED)
    set(NAVERPHONE_PROBLEM "The Wireshark of ${Wireshark_DIR} was built without plugins.")
endif()

if(NAVERPHONE_PROBLEM)
    unset(Wireshark_DIR CACHE)      # the next run searches again
    string(APPEND NAVERPHONE_PROBLEM "\n"
        "Naver Phone needs the development files of Wireshark ${wanted_version} or later. "
        "On Debian and Ubuntu:\n"
        "    apt-get install wireshark-dev\n"
        "For a Wireshark in another place, name the folder of its WiresharkConfig.cmake:\n"
        "    cmake -DWireshark_DIR=FOLDER ...")
endif()
set(NAVERPHONE_WIRESHARK_SERIES "${Wireshark_MAJOR_VERSION}.${Wireshark_MINOR_VERSION}")
