# cmake -DBUILD_FOLDER=DIR -DPLUGIN=FILE -P Uninstall.cmake
# Removes what the last cmake --install of that build folder installed, and folders that are then empty.
# SPDX-License-Identifier: GPL-2.0-or-later

cmake_minimum_required(VERSION 3.18)

# Files of a Debian package are removed only with that package.
function(refuse_if_packaged file)
    execute_process(COMMAND dpkg-query --search "${file}" OUTPUT_VARIABLE owner RESULT_VARIABLE problem ERROR_QUIET)
    if(NOT problem AND owner MATCHES "^([a-z0-9.+-]+)")
        message(FATAL_ERROR "${file} belongs to a Debian package. Remove that:\n    apt-get remove ${CMAKE_MATCH_1}")
    endif()
endfunction()

function(remove_folder_if_ours_and_empty folder)
    file(GLOB left LIST_DIRECTORIES true "${folder}/*" "${folder}/.*")
    if(folder MATCHES "[Nn]aver ?[Pp]hone" AND IS_DIRECTORY "${folder}" AND NOT left)
        file(REMOVE_RECURSE "${folder}")
        get_filename_component(parent "${folder}" DIRECTORY)
        remove_folder_if_ours_and_empty("${parent}")
    endif()
endfunction()

function(remove_file file)
    if(NOT EXISTS "${file}")
        message(STATUS "Not there: ${file}")
        return()
    endif()
    file(REMOVE "${file}")
    if(EXISTS "${file}")
        message(FATAL_ERROR "Cannot remove ${file}")
    endif()
    message(STATUS "Removed: ${file}")
    get_filename_component(folder "${file}" DIRECTORY)
    remove_folder_if_ours_and_empty("${folder}")
endfunction()

set(manifest "${BUILD_FOLDER}/install_manifest.txt")
if(NOT EXISTS "${manifest}")
    message(FATAL_ERROR "Nothing was installed from this build folder: there is no ${manifest}")
endif()
if("$ENV{DESTDIR}" STREQUAL "")
    refuse_if_packaged("${PLUGIN}")
endif()
file(STRINGS "${manifest}" files ENCODING UTF-8)
foreach(file IN LISTS files)
    remove_file("$ENV{DESTDIR}${file}")
endforeach()
file(REMOVE "${manifest}")
