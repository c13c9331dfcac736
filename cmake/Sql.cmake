# skytools_sql_bundle(<schema> [EMBED]): from sql/<schema>/ make, in <build>/sql/, the plain script <schema>.sql, the extension script
# <schema>--<version>.sql with its control file, and, for a schema that has functions in C, <schema>_pl_only.sql without them. EMBED: also <schema>_sql.cc,
# which holds the plain script, the one without C where there is one, for programs that install it.
set(SKYTOOLS_SQL_VERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(SKYTOOLS_SQL_DIR ${CMAKE_BINARY_DIR}/sql)

function(skytools_sql_bundle schema)
  cmake_parse_arguments(arg "EMBED" "" "" ${ARGN})
  file(GLOB_RECURSE parts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/sql/${schema}/*.sql ${CMAKE_SOURCE_DIR}/sql/${schema}/*.list)
  set(bundle_sql ${CMAKE_SOURCE_DIR}/scripts/bundle-sql)
  set(plain ${SKYTOOLS_SQL_DIR}/${schema}.sql)
  set(extension ${SKYTOOLS_SQL_DIR}/${schema}--${SKYTOOLS_SQL_VERSION}.sql)
  set(files ${plain} ${extension})
  set(commands COMMAND ${bundle_sql} ${schema} > ${plain} COMMAND ${bundle_sql} --extension ${schema} > ${extension})
  set(embeddable ${plain})
  if(EXISTS ${CMAKE_SOURCE_DIR}/sql/${schema}/capture_pl.list)
    set(embeddable ${SKYTOOLS_SQL_DIR}/${schema}_pl_only.sql)
    list(APPEND files ${embeddable})
    list(APPEND commands COMMAND ${bundle_sql} --pl-only ${schema} > ${embeddable})
  endif()
  set_property(GLOBAL APPEND PROPERTY SKYTOOLS_SQL_FILES ${files})
  if(arg_EMBED)
    set(embedded ${SKYTOOLS_SQL_DIR}/${schema}_sql.cc)
    list(APPEND files ${embedded})
    list(APPEND commands COMMAND ${CMAKE_COMMAND} -DINPUT=${embeddable} -DNAME=${schema} -DOUTPUT=${embedded} -P ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake)
    set_property(GLOBAL APPEND PROPERTY SKYTOOLS_EMBEDDED_SQL ${embedded})
  endif()
  add_custom_command(OUTPUT ${files}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${SKYTOOLS_SQL_DIR} ${commands}
    DEPENDS ${parts} ${bundle_sql} ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake
    COMMENT "Bundling SQL schema ${schema}" VERBATIM)
  set(VERSION ${SKYTOOLS_SQL_VERSION})
  configure_file(${CMAKE_SOURCE_DIR}/sql/${schema}/${schema}.control.in ${SKYTOOLS_SQL_DIR}/${schema}.control @ONLY)
endfunction()
