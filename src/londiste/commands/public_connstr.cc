#include "londiste/commands/public_connstr.h"

#include <spdlog/spdlog.h>

#include "base/error.h"
#include "londiste/commands/node_session.h"
#include "pg/conninfo.h"

namespace londiste::commands {
namespace {

struct DatabaseSight {
  std::string identity;  // oid and name
  std::string txid;
  std::string snapshot;
};

DatabaseSight Look(pg::Connection& connection) {
  pqxx::work tx(connection);
  pqxx::row row = tx.exec1(
      "select d.oid || ' ' || d.datname, pg_catalog.txid_current(), "
      "pg_catalog.txid_current_snapshot()"
      " from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()");
  DatabaseSight sight{row[0].c_str(), row[1].c_str(), row[2].c_str()};
  tx.commit();
  return sight;
}

bool Visible(pg::Connection& connection, const std::string& txid, const std::string& snapshot) {
  pqxx::work tx(connection);
  return tx
      .exec_params1("select pg_catalog.txid_visible_in_snapshot($1::bigint, $2::txid_snapshot)",
                    txid, snapshot)[0]
      .as<bool>();
}

}  // namespace

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

int FailBits(const PublicConnstrFacts& facts) {
  int bits = 0;
  if (!facts.same_name_and_oid) bits |= 1;
  if (facts.visible_before) {
    bits |= 2;
  } else if (!facts.visible_after) {
    bits |= 4;
  }
  return bits;
}

void VerifyPublicConnstr(const Context& context, pg::Connection& local,
                         const std::string& connstr) {
  auto public_connection = ConnectRemote(context, connstr, "public connect string");
  DatabaseSight before = Look(local);
  DatabaseSight seen = Look(*public_connection);
  DatabaseSight after = Look(local);

  PublicConnstrFacts facts;
  facts.same_name_and_oid = before.identity == seen.identity;
  facts.visible_before = Visible(local, seen.txid, before.snapshot);
  facts.visible_after = Visible(local, seen.txid, after.snapshot);
  if (int bits = FailBits(facts); bits != 0) {
    spdlog::debug("the comparison of the two databases: fail={}", bits);
    throw base::Error(
        "Public connect string points to different database than local connect string",
        "\"" + pg::RedactConnstr(connstr) +
            "\" must lead to the database that setting db names, as other nodes "
            "will use it to read from this one; --nocheck skips this test.");
  }
}

}  // namespace londiste::commands
