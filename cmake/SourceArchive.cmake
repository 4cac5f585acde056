# Read by cpack before packing: excludes build folders from the source archive and, in a clone, files unknown to git,
# because captures there may be private.
# SPDX-License-Identifier: GPL-2.0-or-later

function(untracked_files folder result)
    execute_process(COMMAND git -C "${folder}" -c core.quotePath=off ls-files --others --directory
        OUTPUT_VARIABLE listed RESULT_VARIABLE problem ERROR_VARIABLE error)
    if(problem)
        message(WARNING "git cannot list the files of ${folder}, so all files there are packed.\n${error}")
        set(listed "")
    endif()
    string(REGEX MATCHALL "[^\n]+" listed "${listed}")
    set(${result} "${listed}" PARENT_SCOPE)
endfunction()

# Appends regular expressions for whole paths to CPACK_IGNORE_FILES.
macro(ignore_source_files)
    list(GET CPACK_INSTALLED_DIRECTORIES 0 source_folder)
    set(names build/ build-)
    if(EXISTS "${source_folder}/.git")
        untracked_files("${source_folder}" untracked)
        list(APPEND names ${untracked})
    endif()
    foreach(name IN LISTS names)
        string(REGEX REPLACE "([][+.*()^$?|\\])" "\\\\\\1" pattern "${source_folder}/${name}")
        list(APPEND CPACK_IGNORE_FILES "^${pattern}")
    endforeach()
endmacro()

if(CPACK_INSTALLED_DIRECTORIES)     # set only for the source archive
    ignore_source_files()
endif()
