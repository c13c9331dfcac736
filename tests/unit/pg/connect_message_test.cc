#include "../src/pg/connect_message.h"

#include <gtest/gtest.h>

namespace {

TEST(ConnectMessageTest, TakesTheCodeOutOfTheServersRefusal) {
  const auto message = pg::ParseConnectMessage(
      "connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: FATAL:  3D000: database \"x\" "
      "does not exist\n"
      "LOCATION:  InitPostgres, postinit.c:885\n");
  EXPECT_EQ(message.sqlstate, "3D000");
  EXPECT_EQ(message.reason,
            "connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: FATAL:  database \"x\" "
            "does not exist");
  EXPECT_EQ(message.hint, "Create the database, or correct dbname= in the connection string.");
}

TEST(ConnectMessageTest, WorksWithATranslatedSeverity) {
  const auto message = pg::ParseConnectMessage("FATALE:  28P01: autenticazione fallita\n");
  EXPECT_EQ(message.sqlstate, "28P01");
  EXPECT_EQ(message.reason, "FATALE:  autenticazione fallita");
}

TEST(ConnectMessageTest, ServerNotReachedHasNoCode) {
  const auto message = pg::ParseConnectMessage(
      "connection to server at \"h\" (10.0.0.1), port 5432 failed: Connection refused\n"
      "\tIs the server running on that host and accepting TCP/IP connections?\n");
  EXPECT_EQ(message.sqlstate, "");
  EXPECT_EQ(message.reason,
            "connection to server at \"h\" (10.0.0.1), port 5432 failed: Connection refused");
  EXPECT_FALSE(message.hint.empty());
}

TEST(ConnectMessageTest, SeveralHostsStayOnOneLine) {
  const auto message = pg::ParseConnectMessage(
      "connection to server at \"a\" failed: Connection refused\n\tIs the server running?\n"
      "connection to server at \"b\" failed: FATAL:  57P03: the database system is starting up\n");
  EXPECT_EQ(message.reason,
            "connection to server at \"a\" failed: Connection refused; "
            "connection to server at \"b\" failed: FATAL:  the database system is starting up");
  EXPECT_EQ(message.sqlstate, "57P03");
}

TEST(ConnectMessageTest, KeepsTheServersOwnHint) {
  const auto message = pg::ParseConnectMessage("FATAL:  42501: no\nHINT:  Ask Joe.\n");
  EXPECT_EQ(message.hint, "Ask Joe.");
}

}  // namespace
