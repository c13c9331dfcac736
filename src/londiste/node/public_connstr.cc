#include "londiste/node/public_connstr.h"

#include <spdlog/spdlog.h>

#include "base/error.h"
#include "londiste/node/node_session.h"
#include "pg/conninfo.h"

namespace londiste::node {
bool LooksLikeConnstr(std::string_view text) {
  return text.find('=') != std::string_view::npos || text.find("://") != std::string_view::npos;
}

void RequireConnstr(std::string_view what, const std::string& text) {
  if (LooksLikeConnstr(text)) return;
  throw base::UsageError(
      std::string(what) + " takes a connection string, not a node's name: \"" + text + "\"",
      "For example \"host=db1.example dbname=shop user=londiste\".");
}

void WarnOfMissingHost(const std::string& connstr) {
  std::map<std::string, std::string> parts = pg::ParseConnstr(connstr);
  if (!parts.contains("host") && !parts.contains("hostaddr") && !parts.contains("service")) {
    spdlog::warn("No host= in public connect string, bad idea");
  }
}

int FailBits(const pg::DatabaseComparison& facts) {
  int bits = 0;
  if (!facts.same_name_and_oid) bits |= 1;
  if (facts.visible_before) {
    bits |= 2;
  } else if (!facts.visible_after) {
    bits |= 4;
  }
  return bits;
}

void VerifyPublicConnstr(const CommandContext& context, pg::Connection& local,
                         const std::string& connstr) {
  auto public_connection = ConnectRemote(context, connstr, "public connect string");
  if (int bits = FailBits(pg::CompareDatabases(local, *public_connection)); bits != 0) {
    spdlog::debug("the comparison of the two databases: fail={}", bits);
    throw base::Error(
        "Public connect string points to different database than local connect string",
        "\"" + pg::RedactConnstr(connstr) +
            "\" must lead to the database that setting db names, as other nodes "
            "will use it to read from this one; --nocheck skips this test.");
  }
}

}  // namespace londiste::node
