// Rotation must wait for whoever may still write to the table that it empties.
#include <gtest/gtest.h>

#include "server/pg/session_fixture.h"
#include "support/pgq_schema.h"

namespace {

using test_support::Sql;

class RotationTest : public SessionTest {
 protected:
  RotationTest() {
    admin().Exec(test_support::PgqSchema(test_support::PgqForm::kPlPgsql, Server()));
    admin().Exec("select pgq.create_queue('q')");
  }

  // The current table's number after both steps.
  std::string Rotate() {
    admin().Exec("update pgq.queue set queue_switch_time = 'epoch'");
    admin().Exec("select pgq.maint_rotate_tables_step1('q')");
    admin().Exec("select pgq.maint_rotate_tables_step2()");
    return admin().Value("select queue_cur_table from pgq.queue");
  }
};

TEST_F(RotationTest, WaitsForAnOldSnapshotOfAReplicationConnection) {
  Sql writer(Connstr() + " replication=database");
  writer.Exec("begin isolation level repeatable read");
  writer.Exec("select 1");
  EXPECT_EQ(Rotate(), "1");
  EXPECT_EQ(Rotate(), "1");  // it may write to the table that was the current one at its start
  writer.Exec("select pgq.insert_event('q', 't', 'data')");
  writer.Exec("commit");
  EXPECT_EQ(Rotate(), "2");
}

TEST_F(RotationTest, DoesNotWaitForAnIdleReplicationConnection) {
  Sql idle(Connstr() + " replication=database");
  idle.Exec("select 1");
  EXPECT_EQ(Rotate(), "1");
  EXPECT_EQ(Rotate(), "2");
}

}  // namespace
