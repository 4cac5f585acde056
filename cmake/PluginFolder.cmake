# cmake -DACTION=install|remove -DPLACE=user|system -DPLUGIN=FILE -DSYSTEM_FOLDER=DIR -DSERIES=4.0 -P PluginFolder.cmake
# Puts the built plugin into the personal plugin folder, or takes it out of the personal or the system folder.
# SPDX-License-Identifier: GPL-2.0-or-later

cmake_minimum_required(VERSION 3.18)

# Asks the installed tshark; where there is none, the folder is the one Wireshark documents.
function(find_personal_folder result)
    set(folder "$ENV{HOME}/.local/lib/wireshark/plugins/${SERIES}")
    find_program(tshark tshark)
    if(tshark)
        execute_process(COMMAND "${tshark}" -G folders OUTPUT_VARIABLE folders ERROR_QUIET)
        if(folders MATCHES "Personal Plugins:[ \t]*([^\n]+)")
            set(folder "${CMAKE_MATCH_1}")
        endif()
    endif()
    get_filename_component(series "${folder}" NAME)
    if(NOT series STREQUAL SERIES)
        message(FATAL_ERROR "The plugin is built for Wireshark ${SERIES}, "
            "but the tshark on the path reads ${folder}. Build against the Wireshark that is used.")
    endif()
    set(${result} "${folder}/epan" PARENT_SCOPE)
endfunction()

get_filename_component(name "${PLUGIN}" NAME)
if(PLACE STREQUAL "user")
    find_personal_folder(folder)
else()
    set(folder "$ENV{DESTDIR}${SYSTEM_FOLDER}")
endif()

if(ACTION STREQUAL "install")
    file(INSTALL "${PLUGIN}" DESTINATION "${folder}")
    execute_process(COMMAND id -u OUTPUT_VARIABLE uid OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(uid STREQUAL "0")
        message(WARNING "Wireshark run as root reads no personal plugins: for root, use cmake --install.")
    endif()
    if(EXISTS "${SYSTEM_FOLDER}/${name}")
        message(WARNING "Wireshark loads ${SYSTEM_FOLDER}/${name} before the personal one: "
            "remove it (target uninstall) to use the personal one.")
    endif()
elseif(EXISTS "${folder}/${name}")
    file(REMOVE "${folder}/${name}")
    if(EXISTS "${folder}/${name}")
        message(FATAL_ERROR "Cannot remove ${folder}/${name}")
    endif()
    message(STATUS "Removed: ${folder}/${name}")
else()
    message(STATUS "Not installed: ${folder}/${name}")
endif()
