#include "londiste/apply/ask_origin.h"

#include <optional>

#include "base/error.h"
#include "pg/quote.h"
#include "pg/server_encoding.h"
#include "pg/sqlstate.h"
#include "pgq/urlencode.h"

namespace londiste::apply {
namespace {

// Characters one of which each encoding of a server has.
constexpr const char* kCandidates[] = {"é", "ę", "ж", "α", "ا", "א", "ก", "đ", "中", "漢"};

struct Origin {
  bool is_root = true;
  bool may_be_skytools = false;  // the trigger comes from the library that SkyTools names
};

Origin ReadOrigin(pg::Connection& provider, const std::string& queue) {
  pqxx::nontransaction tx(provider);
  const pqxx::row row = tx.exec_params1(
      "select not exists (select 1 from pgq_node.node_info n where n.queue_name = $1 and "
      "n.node_type <> 'root'), "
      "exists (select 1 from pg_catalog.pg_proc p where p.oid = "
      "pg_catalog.to_regprocedure('pgq.logutriga()') and pg_catalog.strpos(p.probin, "
      "'pgq_triggers') > 0)",
      queue);
  return {row[0].as<bool>(), row[1].as<bool>()};
}

// The first of the candidates that the database can hold, stored in the probe.
std::optional<std::string> InsertOne(pqxx::work& tx) {
  for (const char* candidate : kCandidates) {
    tx.exec0("savepoint attempt");
    try {
      tx.exec_params0("insert into pg_temp.londiste_probe values ($1)", candidate);
      return candidate;
    } catch (const pqxx::sql_error& error) {
      if (error.sqlstate() != pg::sqlstate::kUntranslatableCharacter) throw;
    }
    tx.exec0("rollback to savepoint attempt");
  }
  return std::nullopt;
}

// What the library is called does not tell who made it: packages put ours under SkyTools' name,
// too. So it is asked to encode something. True: in the database's encoding.
bool EncodesAsStored(pg::Connection& provider, const std::string& queue) {
  try {
    pqxx::work tx(provider);
    tx.exec0("create temporary table londiste_probe (t text primary key)");
    tx.exec0(
        "create trigger londiste_probe after insert on pg_temp.londiste_probe for each row execute "
        "function pgq.logutriga(" +
        pg::QuoteLiteral(queue) + ")");
    const std::optional<std::string> inserted = InsertOne(tx);
    if (!inserted) return false;
    const std::string table =
        tx.exec_params1("select pgq.current_event_table($1)", queue)[0].as<std::string>();
    const std::string data =
        tx.exec_params1("select ev_data from " + table +
                        " where ev_txid = pg_catalog.txid_current() and "
                        "pg_catalog.strpos(ev_extra1, 'londiste_probe') > 0")[0]
            .as<std::string>();
    std::string in_utf8 = "t=";
    pgq::EncodeTo(in_utf8, *inserted);
    return data != in_utf8;  // `tx` goes away with all of it
  } catch (const pqxx::sql_error&) {
    return false;  // no right to do that: then by what the values look like
  } catch (const pqxx::unexpected_rows&) {
    return false;  // the site's own insert_event
  }
}

}  // namespace

std::shared_ptr<const OriginText> AskOrigin(pg::Connection& provider, const std::string& queue,
                                            const std::string& event_encoding) {
  const Origin origin = ReadOrigin(provider, queue);
  if (!origin.is_root) {
    if (event_encoding == "UTF8") return nullptr;
    return std::make_shared<const OriginText>(event_encoding, OriginText::Rule::kInvalid);
  }
  const std::string encoding = pg::ServerEncoding(provider);
  if (encoding == "UTF8" || encoding == "SQL_ASCII") return nullptr;
  const bool all = origin.may_be_skytools && EncodesAsStored(provider, queue);
  return std::make_shared<const OriginText>(
      encoding, all ? OriginText::Rule::kAll : OriginText::Rule::kInvalid);
}

}  // namespace londiste::apply
