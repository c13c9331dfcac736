// Several statements in one message, COPYs among them.
#include "pg/series.h"

#include <gmock/gmock.h>

#include "pg/error.h"
#include "server/pg/session_fixture.h"

namespace {

using testing::HasSubstr;

class SeriesTest : public SessionTest {
 protected:
  void SetUp() override {
    admin().Exec("create table a (id int primary key); create table b (id int)");
    connection_ = Connect();
  }
  std::string ErrorOf(const std::string& sql, const pg::OnCopy& on_copy) {
    try {
      pg::ExecSeries(*connection_, sql, on_copy);
    } catch (const std::exception& e) {
      return e.what();
    }
    return "";
  }
  // The session is at rest again, and nothing was stored.
  void ExpectNothingHappened() {
    EXPECT_EQ(PQtransactionStatus(connection_->native()), PQTRANS_IDLE);
    EXPECT_EQ(pg::ExecAutocommit(*connection_, "select 1")[0][0].as<int>(), 1);
    EXPECT_EQ(admin().Value("select (select count(*) from a) + (select count(*) from b)"), "0");
  }

  std::unique_ptr<pg::Connection> connection_;
};

TEST_F(SeriesTest, EachStatementHasItsAnswerAndEachCopyItsRows) {
  std::vector<std::size_t> places;
  const auto answers =
      pg::ExecSeries(*connection_,
                     "copy a from stdin; update a set id = id + 10 where id > 1; copy b from "
                     "stdin; select id from a order by 1",
                     [&](std::size_t place, pg::CopyIn& copy) {
                       places.push_back(place);
                       copy.Write(place == 0 ? "1\n2\n3\n" : "7\n");
                     });
  EXPECT_THAT(places, testing::ElementsAre(0, 2));
  ASSERT_EQ(answers.size(), 4);
  EXPECT_EQ(pg::AffectedRows(answers[0].get()), 3);
  EXPECT_EQ(pg::AffectedRows(answers[1].get()), 2);
  EXPECT_EQ(pg::AffectedRows(answers[2].get()), 1);
  EXPECT_STREQ(PQgetvalue(answers[3].get(), 2, 0), "13");
  EXPECT_EQ(admin().Value("select id from b"), "7");
}

TEST_F(SeriesTest, AFailureEndsItWhereverItComes) {
  const auto ones = [](std::size_t, pg::CopyIn& copy) { copy.Write("1\n"); };
  for (const char* sql : {"copy a from stdin; select 1/0; copy b from stdin",
                          "copy b from stdin; copy b from stdin; select 1/0"})
    EXPECT_EQ(ErrorOf(sql, ones), "division by zero");
  EXPECT_THAT(ErrorOf("copy a from stdin; copy a from stdin; copy b from stdin", ones),
              HasSubstr("duplicate key"));
  // Far more than is sent before the server's answer is looked at.
  EXPECT_THAT(ErrorOf("copy b from stdin; copy a from stdin; copy b from stdin",
                      [](std::size_t place, pg::CopyIn& copy) {
                        for (int row = 0; row < (place == 1 ? 1'000'000 : 1); ++row)
                          copy.Write("1\n");
                      }),
              HasSubstr("duplicate key"));
  ExpectNothingHappened();
}

TEST_F(SeriesTest, WhatTheCallerThrowsEndsTheCopyAndTheRest) {
  EXPECT_EQ(ErrorOf("copy b from stdin; copy a from stdin; copy b from stdin",
                    [](std::size_t place, pg::CopyIn& copy) {
                      copy.Write("1\n");
                      if (place == 1) throw std::runtime_error("enough");
                    }),
            "enough");
  EXPECT_EQ(ErrorOf("copy a from stdin; select 1", {}), "a COPY from stdin without data");
  ExpectNothingHappened();
}

TEST_F(SeriesTest, ALostConnectionIsTold) {
  EXPECT_THROW(pg::ExecSeries(*connection_, "copy b from stdin; copy a from stdin; select 1",
                              [&](std::size_t place, pg::CopyIn& copy) {
                                if (place == 1) Kill(*connection_);
                                copy.Write("1\n");
                              }),
               pqxx::broken_connection);
}

}  // namespace
