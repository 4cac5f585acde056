# Writes the pages that are installed. Links to files that are not installed become plain text.
# SPDX-License-Identifier: GPL-2.0-or-later

# page_targets(RESULT TEXT): the link targets of a page, without duplicates
function(page_targets result text)
    string(REGEX MATCHALL "\\][(][^()]+[)]" links "${text}")
    string(REPLACE "](" "" links "${links}")
    string(REPLACE ")" "" links "${links}")
    list(REMOVE_DUPLICATES links)
    set(${result} "${links}" PARENT_SCOPE)
endfunction()

# is_installed(RESULT PATH): true if the file at PATH, relative to the source folder, is installed
function(is_installed result path)
    set(installed FALSE)
    if(path MATCHES "^(README[^/]*[.]md|CHANGELOG[.]md|doc/.+)$" AND EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${path}")
        set(installed TRUE)
    endif()
    set(${result} ${installed} PARENT_SCOPE)
endfunction()

# np_write_page(PAGE TARGET): writes PAGE, a path relative to the source folder, to TARGET
function(np_write_page page target)
    get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}/${page}" DIRECTORY)
    file(READ "${CMAKE_CURRENT_SOURCE_DIR}/${page}" text)
    page_targets(links "${text}")
    foreach(link IN LISTS links)
        string(REGEX REPLACE "#.*" "" file "${link}")
        if(file STREQUAL "" OR file MATCHES "^[a-z]+:")
            continue()
        endif()
        get_filename_component(file "${folder}/${file}" ABSOLUTE)
        file(RELATIVE_PATH file "${CMAKE_CURRENT_SOURCE_DIR}" "${file}")
        is_installed(installed "${file}")
        if(NOT installed)
            string(REPLACE "](${link})" "](not installed)" text "${text}")
        endif()
    endforeach()
    string(REGEX REPLACE "\\[([^][]*)\\][(]not installed[)]" "\\1" text "${text}")
    file(WRITE "${target}" "${text}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${page}")
endfunction()
