# Packages: a Debian package for the Wireshark built against (target package, or script/package), and a source archive
# (target package_source) that builds on its own or as plugins/epan/naverphone in Wireshark's source.
# SPDX-License-Identifier: GPL-2.0-or-later

# The Debian package of the library that the plugin links to, if any.
function(find_library_package result)
    get_target_property(library epan LOCATION)
    get_filename_component(library "${library}" REALPATH)
    execute_process(COMMAND dpkg-query --search "${library}" OUTPUT_VARIABLE owner RESULT_VARIABLE problem ERROR_QUIET)
    string(REGEX MATCH "^[a-z0-9.+-]+" owner "${owner}")
    if(problem)
        set(owner "")
    endif()
    set(${result} "${owner}" PARENT_SCOPE)
endfunction()

# Wireshark loads plugins of its own series only: 4.4 loads neither 4.2's nor 4.6's.
function(depend_on_series library)
    math(EXPR next_minor "${Wireshark_MINOR_VERSION} + 1")
    set(CPACK_DEBIAN_PACKAGE_DEPENDS
        "${library} (>= ${NAVERPHONE_WIRESHARK_SERIES}~), ${library} (<< ${Wireshark_MAJOR_VERSION}.${next_minor}~)"
        PARENT_SCOPE)
endfunction()

# Debian requires a copyright file and compressed change logs.
function(install_debian_papers)
    string(TIMESTAMP NAVERPHONE_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
    set(papers "${CMAKE_CURRENT_BINARY_DIR}/debian")
    configure_file(packaging/changelog.Debian.in "${papers}/changelog.Debian" @ONLY)
    configure_file(CHANGELOG.md "${papers}/changelog" COPYONLY)
    find_program(GZIP gzip)
    execute_process(COMMAND "${GZIP}" -9nf "${papers}/changelog.Debian" "${papers}/changelog")
    install(FILES packaging/copyright "${papers}/changelog.Debian.gz" "${papers}/changelog.gz"
        DESTINATION "${NAVERPHONE_DOC_FOLDER}" COMPONENT debian EXCLUDE_FROM_ALL)
endfunction()

set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_NAME "${NAVERPHONE_PACKAGE}")
set(CPACK_PACKAGE_CONTACT "Naver Phone for Wireshark <naverphone@localhost>")
if(DEFINED ENV{DEBEMAIL})
    set(CPACK_PACKAGE_CONTACT "$ENV{DEBFULLNAME} <$ENV{DEBEMAIL}>")
endif()
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Wireshark dissector for Naver Phone, a Korean softphone")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

find_library_package(library_package)
if(library_package)
    set(CPACK_GENERATOR DEB)
    depend_on_series("${library_package}")
    # A plugin release makes a package for each series. Packages for later series have later versions.
    set(CPACK_DEBIAN_PACKAGE_RELEASE "1+wireshark${NAVERPHONE_WIRESHARK_SERIES}")
    set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
    set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "wireshark | tshark")
    set(CPACK_DEBIAN_PACKAGE_ENHANCES "wireshark, tshark")
    set(CPACK_DEBIAN_PACKAGE_SECTION net)
    file(READ packaging/description CPACK_DEBIAN_PACKAGE_DESCRIPTION)
    set(CPACK_INSTALL_CMAKE_PROJECTS
        "${CMAKE_BINARY_DIR};${PROJECT_NAME};ALL;/;${CMAKE_BINARY_DIR};${PROJECT_NAME};debian;/")
    install_debian_papers()
else()
    set(CPACK_GENERATOR TGZ)
    set(CPACK_SET_DESTDIR ON)   # the package unpacks at /, into this Wireshark's plugin folder
endif()

set(CPACK_SOURCE_GENERATOR TXZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME "${PROJECT_NAME}-${PROJECT_VERSION}")
set(CPACK_SOURCE_IGNORE_FILES "/\\.git/" "/\\.git$" "/__pycache__/")
set(CPACK_PROJECT_CONFIG_FILE "${CMAKE_CURRENT_LIST_DIR}/SourceArchive.cmake")
include(CPack)
