// Where the tree and its build are. The only file that is compiled with these paths, so that
// several checkouts share one compiler cache.
#pragma once

#include <string>

namespace test_support {

std::string SourceDir();
std::string BundleDir();   // the bundled SQL scripts
std::string ModulePath();  // the server module; "" when it has not been built
// The programs under test: $SKYTOOLS_BIN (installed or sanitized ones), else the build's.
std::string BinDir();

}  // namespace test_support
