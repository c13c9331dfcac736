# skytools_sql_bundle(<schema>): from sql/<schema>/ make, in <build>/sql/, the plain script <schema>.sql, the extension script
# <schema>--<version>.sql with its control file, and <schema>_sql.cc that embeds the plain script.
set(SKYTOOLS_SQL_VERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(SKYTOOLS_SQL_DIR ${CMAKE_BINARY_DIR}/sql)

function(skytools_sql_bundle schema)
  file(GLOB_RECURSE parts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/sql/${schema}/*.sql ${CMAKE_SOURCE_DIR}/sql/${schema}/*.list)
  set(plain ${SKYTOOLS_SQL_DIR}/${schema}.sql)
  set(extension ${SKYTOOLS_SQL_DIR}/${schema}--${SKYTOOLS_SQL_VERSION}.sql)
  set(embedded ${SKYTOOLS_SQL_DIR}/${schema}_sql.cc)
  add_custom_command(OUTPUT ${plain} ${extension} ${embedded}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${SKYTOOLS_SQL_DIR}
    COMMAND ${CMAKE_SOURCE_DIR}/scripts/bundle-sql ${schema} > ${plain}
    COMMAND ${CMAKE_SOURCE_DIR}/scripts/bundle-sql --extension ${schema} > ${extension}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${plain} -DNAME=${schema} -DOUTPUT=${embedded} -P ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake
    DEPENDS ${parts} ${CMAKE_SOURCE_DIR}/scripts/bundle-sql ${CMAKE_SOURCE_DIR}/cmake/EmbedText.cmake
    COMMENT "Bundling SQL schema ${schema}" VERBATIM)
  set(VERSION ${SKYTOOLS_SQL_VERSION})
  configure_file(${CMAKE_SOURCE_DIR}/sql/${schema}/${schema}.control.in ${SKYTOOLS_SQL_DIR}/${schema}.control @ONLY)
  set_property(GLOBAL APPEND PROPERTY SKYTOOLS_EMBEDDED_SQL ${embedded})
  set_property(GLOBAL APPEND PROPERTY SKYTOOLS_SQL_FILES ${plain} ${extension})
endfunction()
