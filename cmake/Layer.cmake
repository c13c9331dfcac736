# skytools_layer(<name> [DEPENDS <layers>] [LIBRARIES <imported targets>])
#
# One static library per layer: public headers in include/<name>/, implementation in src/<name>/. It may link (and, by the include lint, include)
# only the layers it names.
function(skytools_layer name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cc)
  add_library(skytools_${name} STATIC ${sources})
  target_include_directories(skytools_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include PRIVATE ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM arg_DEPENDS PREPEND skytools_)
  target_link_libraries(skytools_${name} PUBLIC ${arg_DEPENDS} ${arg_LIBRARIES})
endfunction()

# Headers that cost seconds per file, compiled once for every target that uses them.
function(skytools_use_heavy_headers target)
  target_link_libraries(${target} PRIVATE skytools_heavy_headers)
  target_precompile_headers(${target} REUSE_FROM skytools_heavy_headers)
endfunction()
