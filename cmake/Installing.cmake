# Installation: for the system by cmake --install and target uninstall, for one user by the targets install-user and
# uninstall-user.
# SPDX-License-Identifier: GPL-2.0-or-later

include(GNUInstallDirs)

set(NAVERPHONE_PACKAGE wireshark-plugin-naverphone)
set(NAVERPHONE_PROFILE "${CMAKE_CURRENT_SOURCE_DIR}/profile/Naver Phone")
set(NAVERPHONE_DOC_FOLDER "${CMAKE_INSTALL_DATAROOTDIR}/doc/${NAVERPHONE_PACKAGE}")
# The folders that this Wireshark reads, whatever CMAKE_INSTALL_PREFIX is.
set(NAVERPHONE_SYSTEM_FOLDER "${Wireshark_PLUGIN_INSTALL_DIR}/epan")
set(NAVERPHONE_SYSTEM_PROFILES "${Wireshark_INSTALL_PREFIX}/share/wireshark/profiles")

install(TARGETS naverphone LIBRARY DESTINATION "${NAVERPHONE_SYSTEM_FOLDER}")
install(DIRECTORY "${NAVERPHONE_PROFILE}" DESTINATION "${NAVERPHONE_SYSTEM_PROFILES}")
install(PROGRAMS script/naverphone-archive script/naverphone-read DESTINATION "${CMAKE_INSTALL_BINDIR}")
file(GLOB pages CONFIGURE_DEPENDS README*.md CHANGELOG.md)
install(FILES ${pages} DESTINATION "${NAVERPHONE_DOC_FOLDER}")
install(DIRECTORY doc DESTINATION "${NAVERPHONE_DOC_FOLDER}")

# personal_target(TARGET ACTION COMMENT): a target that runs cmake/PersonalFolders.cmake
function(personal_target target action comment)
    add_custom_target(${target}
        COMMAND "${CMAKE_COMMAND}"
            "-DACTION=${action}"
            "-DPLUGIN=$<TARGET_FILE:naverphone>"
            "-DPROFILE=${NAVERPHONE_PROFILE}"
            "-DSYSTEM_FOLDER=${NAVERPHONE_SYSTEM_FOLDER}"
            "-DSERIES=${NAVERPHONE_WIRESHARK_SERIES}"
            -P "${CMAKE_CURRENT_SOURCE_DIR}/cmake/PersonalFolders.cmake"
        COMMENT "${comment}"
        VERBATIM)
endfunction()

personal_target(install-user install "Installing Naver Phone for the current user alone")
add_dependencies(install-user naverphone)
personal_target(uninstall-user remove "Removing Naver Phone from the current user's folders")

add_custom_target(uninstall
    COMMAND "${CMAKE_COMMAND}"
        "-DBUILD_FOLDER=${CMAKE_BINARY_DIR}"
        "-DPLUGIN=${NAVERPHONE_SYSTEM_FOLDER}/$<TARGET_FILE_NAME:naverphone>"
        -P "${CMAKE_CURRENT_SOURCE_DIR}/cmake/Uninstall.cmake"
    COMMENT "Removing Naver Phone from the system"
    VERBATIM)
