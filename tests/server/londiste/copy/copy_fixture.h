// Two databases with the schemas on one server: "from" and "to", and sessions as a copy uses them.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "londiste/copy/copy_table.h"
#include "pg/connection.h"
#include "support/eventually.h"
#include "support/postgres_server.h"
#include "support/sql.h"

class CopyTest : public testing::Test {
 protected:
  static test_support::PostgresServer& Server() {
    static test_support::PostgresServer server;
    return server;
  }

  CopyTest() {
    static int count = 0;
    const std::string number = std::to_string(++count);
    for (const std::string& name : {"from_" + number, "to_" + number})
      Server().CreateDatabaseWithSchemas(name);
    from_ = std::make_unique<test_support::Sql>(Server().Connstr("from_" + number));
    to_ = std::make_unique<test_support::Sql>(Server().Connstr("to_" + number));
    source_ = Connect("from_" + number, source_interrupt_);
    target_ = Connect("to_" + number, target_interrupt_);
    target_->SetReplicationRole(pg::ReplicationRole::kReplica);
  }

  static std::unique_ptr<pg::Connection> Connect(const std::string& database,
                                                 base::Interrupt& interrupt) {
    pg::ConnectOptions options;
    options.connstr = Server().Connstr(database);
    options.application_name = "copy test";
    return std::make_unique<pg::Connection>(options, interrupt);
  }

  test_support::Sql& from() { return *from_; }
  test_support::Sql& to() { return *to_; }
  void Both(const std::string& sql) {
    from().Exec(sql);
    to().Exec(sql);
  }

  londiste::copy::CopySessions Sessions() {
    const auto open = [](const std::string& database) {
      return [database](base::Interrupt& interrupt) {
        auto session = Connect(database, interrupt);
        session->SetReplicationRole(pg::ReplicationRole::kReplica);
        return session;
      };
    };
    return {*source_, *target_, open(source_->dbname()), open(target_->dbname())};
  }
  londiste::copy::CopyResult Copy(const londiste::copy::CopyRequest& request) {
    return londiste::copy::CopyTable(Sessions(), request, observer_, states_);
  }
  static londiste::copy::CopyRequest Request(const std::string& table) {
    return {
        table, pg::QualifiedName::Parse(table), pg::QualifiedName::Parse(table), false, {}, {}, {},
        {}};
  }
  londiste::copy::CopyResult Copy(const std::string& table) { return Copy(Request(table)); }

  // What a copy would store in londiste.table_info.
  struct States : londiste::copy::CopyStates {
    void StructureDropped(pqxx::transaction_base&,
                          const londiste::structure::DroppedStructure& missing) override {
      dropped = missing;
    }
    void CheckMayEmpty(pqxx::transaction_base&) const override {
      if (may_empty) may_empty();
    }
    void CheckWanted(pqxx::transaction_base&) const override {
      ++checks;
      if (check_wanted) check_wanted();
    }
    void RowsCopied(pqxx::transaction_base&, const pgq::Snapshot&,
                    const std::vector<std::string>& columns, Structure) override {
      left_out = columns;
      if (rows_copied) rows_copied();
    }
    std::optional<londiste::structure::DroppedStructure> dropped;
    std::vector<std::string> left_out;
    std::function<void()> rows_copied, check_wanted, may_empty;
    mutable std::atomic<int> checks{0};
  };

  struct Observer : londiste::copy::CopyObserver {
    void Phase(const std::string& phase) override { phases.push_back(phase); }
    void Expect(std::int64_t rows, std::int64_t bytes, int sessions) override {
      expected_rows = rows;
      expected_bytes = bytes;
      expected_sessions = sessions;
    }
    void Progress(std::int64_t rows, std::int64_t) override {
      last_rows = rows;
      if (on_progress) on_progress();
    }
    void Warn(const std::string& line) override { warnings.push_back(line); }
    std::vector<std::string> phases, warnings;
    std::int64_t last_rows = 0, expected_rows = -1, expected_bytes = -1;
    int expected_sessions = 0;
    std::function<void()> on_progress;
  };
  Observer observer_;
  States states_;
  base::Interrupt source_interrupt_, target_interrupt_;
  std::unique_ptr<pg::Connection> source_, target_;

 private:
  std::unique_ptr<test_support::Sql> from_, to_;
};

// Every index of a table and what hangs on it, by name.
inline std::string Structure(test_support::Sql& sql, const std::string& table) {
  return sql.Text(
      "select c.relname, pg_get_indexdef(i.indexrelid), t.spcname, i.indisclustered, "
      "i.indisreplident, i.indisprimary, "
      "con.conname, pg_get_constraintdef(con.oid), con.condeferrable, con.condeferred, "
      "c.reloptions, "
      "obj_description(c.oid, 'pg_class'), obj_description(con.oid, 'pg_constraint'), "
      "(select string_agg(a.attnum || '=' || a.attstattarget, ',' order by a.attnum) from "
      "pg_attribute a where a.attrelid = c.oid) "
      "from pg_index i join pg_class c on c.oid = i.indexrelid left join pg_tablespace t on t.oid "
      "= c.reltablespace "
      "left join pg_constraint con on con.conindid = i.indexrelid and con.conrelid = i.indrelid "
      "where i.indrelid = '" +
      table + "'::regclass order by i.indexrelid::text::bigint");
}
