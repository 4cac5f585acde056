# The Wireshark profile as a zip file for Edit → Configuration Profiles → Import → from zip file.
# SPDX-License-Identifier: GPL-2.0-or-later

set(NAVERPHONE_PROFILE_FOLDER "${CMAKE_CURRENT_SOURCE_DIR}/profile")
set(NAVERPHONE_PROFILE_ZIP "${CMAKE_BINARY_DIR}/naverphone-profile.zip")
file(GLOB profile_files CONFIGURE_DEPENDS "${NAVERPHONE_PROFILE_FOLDER}/Naver Phone/*")

# Wireshark imports each folder in the zip file as a profile.
add_custom_command(OUTPUT "${NAVERPHONE_PROFILE_ZIP}"
    COMMAND "${CMAKE_COMMAND}" -E tar cf "${NAVERPHONE_PROFILE_ZIP}" --format=zip "Naver Phone"
    WORKING_DIRECTORY "${NAVERPHONE_PROFILE_FOLDER}"
    DEPENDS ${profile_files}
    COMMENT "Packing the profile into ${NAVERPHONE_PROFILE_ZIP}"
    VERBATIM)
add_custom_target(profile-zip DEPENDS "${NAVERPHONE_PROFILE_ZIP}")
