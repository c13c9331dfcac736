# For programs and for handlers outside the suite. The client library for application programs: layers base, pg, pgq and cascade in one file, skytools::pgq, static or, with BUILD_SHARED_LIBS, shared;
# and what find_package(skytools_pgq CONFIG) needs. Programs of the suite link the layers themselves.
include(CMakePackageConfigHelpers)

add_library(skytools_pgq_client $<TARGET_OBJECTS:skytools_base> $<TARGET_OBJECTS:skytools_pg> $<TARGET_OBJECTS:skytools_pgq>
  $<TARGET_OBJECTS:skytools_cascade>)
add_library(skytools::pgq ALIAS skytools_pgq_client)
set_target_properties(skytools_pgq_client PROPERTIES EXPORT_NAME pgq OUTPUT_NAME skytools_pgq LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
  ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
target_include_directories(skytools_pgq_client INTERFACE
  $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/skytools>)
target_link_libraries(skytools_pgq_client PUBLIC PkgConfig::LIBPQXX PkgConfig::LIBPQ Threads::Threads)
target_compile_features(skytools_pgq_client INTERFACE cxx_std_20)

# For table handlers in files of their own: headers only, the code is in the program that loads them.
add_library(skytools_handler INTERFACE)
add_library(skytools::handler ALIAS skytools_handler)
set_target_properties(skytools_handler PROPERTIES EXPORT_NAME handler)
target_include_directories(skytools_handler INTERFACE
  $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include> $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/src>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/skytools>)
target_link_libraries(skytools_handler INTERFACE PkgConfig::LIBPQXX PkgConfig::LIBPQ)
target_compile_features(skytools_handler INTERFACE cxx_std_20)

set(skytools_pgq_cmake ${CMAKE_INSTALL_LIBDIR}/cmake/skytools_pgq)
install(TARGETS skytools_pgq_client skytools_handler EXPORT skytools_pgq
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT skytools_pgq NAMESPACE skytools:: FILE skytools_pgq-targets.cmake DESTINATION ${skytools_pgq_cmake})
# Failpoints are the suite's own, for its tests.
install(FILES src/londiste/handlers/handler.h src/londiste/handlers/handler_settings.h src/londiste/handlers/module.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/skytools/londiste/handlers)
install(DIRECTORY include/base include/config include/pg include/pgq include/cascade DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/skytools
  FILES_MATCHING PATTERN *.h PATTERN failpoint.h EXCLUDE)
configure_package_config_file(cmake/skytools_pgq-config.cmake.in ${CMAKE_BINARY_DIR}/skytools_pgq-config.cmake
  INSTALL_DESTINATION ${skytools_pgq_cmake})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/skytools_pgq-config-version.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_BINARY_DIR}/skytools_pgq-config.cmake ${CMAKE_BINARY_DIR}/skytools_pgq-config-version.cmake
  DESTINATION ${skytools_pgq_cmake})
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR})

add_subdirectory(examples)
