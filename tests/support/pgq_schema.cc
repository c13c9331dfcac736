#include "support/pgq_schema.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "embedded_sql/schemas.h"
#include "support/process.h"
#include "support/tree.h"

namespace test_support {

PgqForm WantedPgqForm() {
  const char* wanted = std::getenv("SKYTOOLS_PGQ");
  return wanted && std::string(wanted) == "c" ? PgqForm::kC : PgqForm::kPlPgsql;
}

std::string PgqSchema(PgqForm form, const PostgresServer& server) {
  if (form == PgqForm::kPlPgsql) return embedded_sql::pgq();
#ifdef SKYTOOLS_HAS_MODULE
  // A copy that the server's user can read wherever the build folder is.
  const std::string module = server.socket_dir() + "/skytools_pgq.so";
  if (!std::filesystem::exists(module)) {
    std::filesystem::copy_file(ModulePath(), module);
    chmod(module.c_str(), 0755);
  }
  std::string bundle = ReadWholeFile(BundleDir() + "/pgq.sql");
  const std::string installed = "$libdir/skytools_pgq";
  for (std::size_t at; (at = bundle.find(installed)) != std::string::npos;)
    bundle.replace(at, installed.size(), module);
  return bundle;
#else
  throw std::runtime_error("the server module has not been built");
#endif
}

}  // namespace test_support
