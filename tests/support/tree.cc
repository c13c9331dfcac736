#include "support/tree.h"

#include <cstdlib>

namespace test_support {

std::string SourceDir() { return SKYTOOLS_SOURCE_DIR; }
std::string BundleDir() { return SKYTOOLS_BUNDLE_DIR; }
std::string ModulePath() { return SKYTOOLS_MODULE; }

std::string BinDir() {
  const char* dir = std::getenv("SKYTOOLS_BIN");
  return dir ? dir : SKYTOOLS_BIN_DIR;
}

}  // namespace test_support
