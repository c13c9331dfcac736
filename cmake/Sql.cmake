# skytools_sql_bundle(<schema> [EMBED]): from sql/<schema>/ make, in <build>/sql/, the plain script <schema>.sql, the extension script
# <schema>--<version>.sql with its control file, update scripts from the versions in sql/<schema>/update_from and from a plain install, and, for a schema that has functions in C, <schema>_pl_only.sql without them. EMBED: also <schema>_sql.cc,
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
  set(extension_files ${extension} ${SKYTOOLS_SQL_DIR}/${schema}.control ${SKYTOOLS_SQL_DIR}/${schema}--unpackaged.sql)
  file(STRINGS ${CMAKE_SOURCE_DIR}/sql/${schema}/update_from versions REGEX "^[^#]")
  string(REPLACE " " ";" versions "${versions}")
  foreach(version IN LISTS versions ITEMS unpackaged)
    set(update ${SKYTOOLS_SQL_DIR}/${schema}--${version}--${SKYTOOLS_SQL_VERSION}.sql)
    list(APPEND files ${update})
    list(APPEND extension_files ${update})
    list(APPEND commands COMMAND ${bundle_sql} --update ${schema} > ${update})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY SKYTOOLS_SQL_FILES ${files})
  set_property(GLOBAL APPEND PROPERTY SKYTOOLS_EXTENSION_FILES ${extension_files})
  if(arg_EMBED)
    set(embedded ${SKYTOOLS_SQL_DIR}/${schema}_sql.cc)
    list(APPEND files ${embedded})
    list(APPEND commands COMMAND ${CMAKE_COMMAND} -DINPUT=${embeddable} -DNAME=${schema} -DOUTPUT=${embedded} -P ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake)
    set_property(GLOBAL APPEND PROPERTY SKYTOOLS_EMBEDDED_SQL ${embedded})
  endif()
  add_custom_command(OUTPUT ${files}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${SKYTOOLS_SQL_DIR} ${commands}
    DEPENDS ${parts} ${bundle_sql} ${CMAKE_SOURCE_DIR}/sql/site_grants.sql
      ${CMAKE_SOURCE_DIR}/sql/public_grants_before.sql ${CMAKE_SOURCE_DIR}/sql/public_grants_after.sql ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake
    COMMENT "Bundling SQL schema ${schema}" VERBATIM)
  set(SCHEMA ${schema})
  configure_file(${CMAKE_SOURCE_DIR}/sql/unpackaged.sql.in ${SKYTOOLS_SQL_DIR}/${schema}--unpackaged.sql @ONLY)
  set(VERSION ${SKYTOOLS_SQL_VERSION})
  configure_file(${CMAKE_SOURCE_DIR}/sql/${schema}/${schema}.control.in ${SKYTOOLS_SQL_DIR}/${schema}.control @ONLY)
endfunction()

# skytools_sql_query(<schema> <function> <parameter>): embeds the query of a SQL function, for databases that do not have it.
function(skytools_sql_query schema function parameter)
  set(source ${CMAKE_SOURCE_DIR}/sql/${schema}/functions/${function}.sql)
  set(embedded ${SKYTOOLS_SQL_DIR}/${function}_query.cc)
  set_property(GLOBAL APPEND PROPERTY SKYTOOLS_EMBEDDED_SQL ${embedded})
  add_custom_command(OUTPUT ${embedded}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${SKYTOOLS_SQL_DIR}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${source} -DNAME=${function} -DPARAMETER=${parameter} -DOUTPUT=${embedded} -P ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake
    DEPENDS ${source} ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake VERBATIM)
endfunction()
