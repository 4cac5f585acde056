# Finds out what Wireshark's headers declare, for plugin/compat.h. The headers are read because a version number is right
# only for releases that were tried.
# SPDX-License-Identifier: GPL-2.0-or-later

# np_read_api(RESULT FOLDER): sets RESULT to the NP_API_... definitions for Wireshark's headers in FOLDER
function(np_read_api result folder)
    if(NOT EXISTS "${folder}/epan/packet.h")
        message(FATAL_ERROR "There are no headers of Wireshark in ${folder}.")
    endif()
    # definition, header, pattern that one of its lines matches
    set(questions
        NP_API_BOOL             epan/packet.h               "typedef bool .*heur_dissector_t"
        NP_API_FILTER_DATA      epan/conversation_filter.h  "is_filter_valid_func.*void *[*]"
        NP_API_FIND_STRAT       epan/conversation.h         "find_conversation_strat"
        NP_API_FIND_STRAT_WAY   epan/conversation.h         "find_conversation_strat.*bool"
        NP_API_UNCOMPRESS_ZLIB  epan/tvbuff.h               "tvb_child_uncompress_zlib"
        NP_API_TELEPHONY_GROUP  epan/stat_groups.h          "REGISTER_TELEPHONY_GROUP_UNSORTED"
        NP_API_PNTOHU           wsutil/pint.h               "pntohu16"
        NP_API_TVB_GET_UINT     epan/tvbuff.h               "tvb_get_uint8"
        NP_API_PLUGIN_FLAGS     wsutil/plugins.h            "WS_PLUGIN_DESC_DISSECTOR")
    set(found "")
    while(questions)
        list(POP_FRONT questions definition header pattern)
        set(lines "")
        if(EXISTS "${folder}/${header}")
            file(STRINGS "${folder}/${header}" lines REGEX "${pattern}" LIMIT_COUNT 1)
        endif()
        if(lines)
            list(APPEND found "${definition}")
        endif()
    endwhile()
    set(${result} "${found}" PARENT_SCOPE)
endfunction()
