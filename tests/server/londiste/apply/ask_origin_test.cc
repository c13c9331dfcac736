#include "londiste/apply/ask_origin.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "server/pg/session_fixture.h"
#include "support/pgq_schema.h"

namespace {

using londiste::apply::AskOrigin;
using Rule = londiste::apply::OriginText::Rule;

// A trigger that encodes as SkyTools' in C does: the bytes of the database's encoding.
constexpr const char* kEncodesAsStored = R"sql(
create or replace function pgq.logutriga() returns trigger language plpgsql as $$
begin
    perform pgq.insert_event(tg_argv[0], 'I:t',
        't=' || regexp_replace(encode(convert_to(new.t, getdatabaseencoding()), 'hex'), '..', '%\&', 'g'),
        tg_table_schema || '.' || tg_table_name, null, null, null);
    return null;
end $$)sql";

class AskOriginTest : public SessionTest {
 protected:
  // A root of queue q in a database of its own.
  void Start(const std::string& encoding) {
    const std::string name = "origin_" + database_;
    admin().Exec("drop database if exists " + name + " with (force)");
    admin().Exec("create database " + name + " encoding '" + encoding +
                 "' template template0 lc_collate 'C' lc_ctype 'C'");
    sql_ = std::make_unique<test_support::Sql>(Server().Connstr(name) + " client_encoding=UTF8");
    sql_->Exec(test_support::PgqSchema(test_support::PgqForm::kPlPgsql, Server()));
    sql_->Exec(
        "create schema pgq_node; create table pgq_node.node_info (queue_name text, node_type "
        "text); "
        "insert into pgq_node.node_info values ('q', 'root'); select pgq.create_queue('q')");
    pg::ConnectOptions options = Options();
    options.connstr = Server().Connstr(name);
    provider_ = std::make_unique<pg::Connection>(options, interrupt_);
  }
  // Packages put ours under that name as well.
  void NameTheLibraryAsSkyToolsDoes() {
    sql_->Exec(
        "update pg_catalog.pg_proc set probin = '$libdir/pgq_triggers' where oid = "
        "'pgq.logutriga'::regproc");
  }
  auto Ask(const std::string& event_encoding = "UTF8") {
    return AskOrigin(*provider_, "q", event_encoding);
  }

  std::unique_ptr<test_support::Sql> sql_;
  std::unique_ptr<pg::Connection> provider_;
};

TEST_F(AskOriginTest, NothingIsConvertedOfUtf8AndOfBytes) {
  for (const char* encoding : {"UTF8", "SQL_ASCII"}) {
    Start(encoding);
    NameTheLibraryAsSkyToolsDoes();
    EXPECT_EQ(Ask("LATIN1"), nullptr) << encoding;
  }
}

TEST_F(AskOriginTest, AsksTheTriggerHowItEncodes) {
  for (const char* encoding : {"LATIN1", "LATIN2", "WIN1251", "ISO_8859_7", "EUC_JP", "WIN874"}) {
    Start(encoding);
    NameTheLibraryAsSkyToolsDoes();
    EXPECT_EQ(Ask()->rule(), Rule::kInvalid) << encoding;  // ours
    sql_->Exec(kEncodesAsStored);
    EXPECT_EQ(Ask()->rule(), Rule::kInvalid) << encoding;  // somebody's own
    NameTheLibraryAsSkyToolsDoes();
    const auto text = Ask();
    EXPECT_EQ(text->rule(), Rule::kAll) << encoding;
    EXPECT_EQ(text->encoding(), encoding);
  }
  EXPECT_EQ(sql_->Value("select count(*) from pgq.event_1"), "0");
  EXPECT_EQ(sql_->Value("select count(*) from pg_class where relname = 'londiste_probe'"), "0");
}

TEST_F(AskOriginTest, WhereItMayNotAskValuesDecide) {
  Start("LATIN1");
  sql_->Exec(kEncodesAsStored);
  NameTheLibraryAsSkyToolsDoes();
  sql_->Exec("alter database origin_" + database_ + " set default_transaction_read_only = on");
  pg::ConnectOptions options = Options();
  options.connstr = Server().Connstr("origin_" + database_);
  provider_ = std::make_unique<pg::Connection>(options, interrupt_);
  EXPECT_EQ(Ask()->rule(), Rule::kInvalid);
  EXPECT_EQ(
      provider_->native() != nullptr && PQtransactionStatus(provider_->native()) == PQTRANS_IDLE,
      true);
}

TEST_F(AskOriginTest, OfABranchTheSettingTells) {
  Start("LATIN1");
  sql_->Exec("update pgq_node.node_info set node_type = 'branch'");
  EXPECT_EQ(Ask(), nullptr);
  const auto text = Ask("WIN1251");
  EXPECT_EQ(text->encoding(), "WIN1251");
  EXPECT_EQ(text->rule(), Rule::kInvalid);
}

}  // namespace
