// The first experience: a table with a thousand photos, replicated; then every kind of change, and the refusal of writes on the subscriber.
#include <gtest/gtest.h>

#include "support/eventually.h"
#include "support/node_fixture.h"
#include "support/tree.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::EventuallyEqual;
using test_support::Node;
using test_support::PostgresServer;
using test_support::Process;
using test_support::ReadWholeFile;
using test_support::Sql;
using test_support::TableDigest;
using test_support::TempDir;

constexpr const char* kPessoa =
    "create table pessoa (id serial primary key, nome text not null, data_nascimento date not null, "
    "ultima_visita timestamp not null default now(), foto bytea, biografia text)";

std::string Base16(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

void FillPessoa(Sql& sql) {
  const std::string photo = ReadWholeFile(test_support::SourceDir() + "/tests/data/photo.jpg");
  ASSERT_GT(photo.size(), 50'000u);
  sql.Exec("create temp table photo as select decode('" + Base16(photo) + "', 'hex') as bytes");
  sql.Exec(
      "insert into pessoa (nome, data_nascimento, foto, biografia) select 'João ' || i, date '1940-01-01' + i * 20, "
      "bytes, repeat('Nasceu em ' || i || E'\\n\\t\\\\ & gosta de café. ', 8) from generate_series(1, 1000) i, photo");
}

// Two servers, the files of the how-to, daemons in the background as a user starts them.
class FirstReplicaStory : public testing::Test {
 protected:
  void SetUp() override {
    for (PostgresServer* server : {&provider_, &subscriber_}) {
      server->CreateDatabase("teste_replica");
      Sql(server->Connstr("teste_replica")).Exec(kPessoa);
    }
    root_ini_ = WriteIni("teste_replica_root", provider_);
    leaf_ini_ = WriteIni("teste_replica_leaf", subscriber_);
    const std::string base = provider_.Connstr("x");
    pgqd_ini_ = dir_.Write("pgqd.ini", "[pgqd]\nbase_connstr = " + base.substr(0, base.find(" dbname=")) + "\nlogfile = " + dir_.path() +
                                           "/pgqd.log\npidfile = " + dir_.path() + "/pgqd.pid\nsyslog = 0\n");
  }

  void TearDown() override {
    for (const std::string& ini : {root_ini_, leaf_ini_}) test_support::Run({"londiste3", "-k", ini});
    test_support::Run({"pgqd", "-k", pgqd_ini_});
    for (const char* name : {"teste_replica_root", "teste_replica_leaf", "pgqd"}) {
      EXPECT_TRUE(Eventually(30s, std::string(name) + " ends", [&] { return access((dir_.path() + "/" + name + ".pid").c_str(), F_OK) != 0; }));
      if (HasFailure()) std::cerr << name << ":\n" << ReadWholeFile(dir_.path() + "/" + name + ".log") << "\n";
    }
  }

  std::string WriteIni(const std::string& name, PostgresServer& server) {
    return dir_.Write(name + ".ini", "[londiste3]\njob_name = " + name + "\ndb = " + server.Connstr("teste_replica") +
                                         "\nqueue_name = q_teste_replica\nlogfile = " + dir_.path() + "/" + name + ".log\npidfile = " +
                                         dir_.path() + "/" + name + ".pid\n");
  }

  void Must(std::vector<std::string> command) {
    const std::string words = testing::PrintToString(command);
    const auto result = test_support::Run(std::move(command));
    ASSERT_EQ(result.status, 0) << words << "\n" << result.out << result.err;
  }

  void PlayUntilWorkersRun() {
    Must({"londiste3", root_ini_, "create-root", "node1", provider_.Connstr("teste_replica")});
    Must({"londiste3", "-d", root_ini_, "worker"});
    Must({"pgqd", pgqd_ini_, "-d"});
    Must({"londiste3", leaf_ini_, "create-leaf", "node2", subscriber_.Connstr("teste_replica"), "--provider=" + provider_.Connstr("teste_replica")});
    Must({"londiste3", "-d", leaf_ini_, "worker"});
  }

  testing::AssertionResult Equal(std::chrono::milliseconds limit = 60s) {
    return EventuallyEqual(limit, [&] { return TableDigest(*from_, "pessoa"); }, [&] { return TableDigest(*to_, "pessoa"); });
  }

  TempDir dir_;
  PostgresServer provider_, subscriber_;
  std::string root_ini_, leaf_ini_, pgqd_ini_;
  std::unique_ptr<Sql> from_, to_;
};

TEST_F(FirstReplicaStory, CopiesThenFollowsAndRefusesWrites) {
  from_ = std::make_unique<Sql>(provider_.Connstr("teste_replica"));
  to_ = std::make_unique<Sql>(subscriber_.Connstr("teste_replica"));
  FillPessoa(*from_);
  ASSERT_NO_FATAL_FAILURE(PlayUntilWorkersRun());
  ASSERT_NO_FATAL_FAILURE(Must({"londiste3", root_ini_, "add-table", "pessoa"}));
  ASSERT_NO_FATAL_FAILURE(Must({"londiste3", leaf_ini_, "add-table", "pessoa"}));
  ASSERT_TRUE(Equal());
  ASSERT_EQ(to_->Value("select count(*) from pessoa"), "1000");
  Must({"londiste3", leaf_ini_, "wait-sync"});
  EXPECT_EQ(to_->Value("select merge_state from londiste.table_info"), "ok");

  from_->Exec("update pessoa set nome = nome || ' \\ ''x'' ç', foto = null where id between 1 and 50");
  from_->Exec("delete from pessoa where id between 51 and 100");
  from_->Exec("insert into pessoa (nome, data_nascimento, foto, biografia) values ('', '0044-03-15 BC', '', E'tab\\t nl\\n \\\\N')");
  from_->Exec("begin; insert into pessoa (nome, data_nascimento) values ('gone', 'today'); rollback");
  EXPECT_TRUE(Equal());
  from_->Exec("truncate pessoa");
  from_->Exec("insert into pessoa (nome, data_nascimento, ultima_visita) values ('after truncate', 'infinity', '-infinity')");
  EXPECT_TRUE(Equal());
  EXPECT_EQ(to_->Value("select nome from pessoa"), "after truncate");

  EXPECT_EQ(to_->Error("delete from pessoa"), "Table 'public.pessoa' to queue 'q_teste_replica': change not allowed (D)");
  EXPECT_EQ(to_->Error("insert into pessoa (nome, data_nascimento) values ('x', 'today')"),
            "Table 'public.pessoa' to queue 'q_teste_replica': change not allowed (I)");
  EXPECT_EQ(to_->Error("update pessoa set nome = ''"), "Table 'public.pessoa' to queue 'q_teste_replica': change not allowed (U)");
  EXPECT_EQ(to_->Error("truncate pessoa"), "Table 'public.pessoa' to queue 'q_teste_replica': change not allowed (R)");
  EXPECT_EQ(from_->Error("update pessoa set id = id + 1"), "primary key update not allowed");
}

TEST_F(FirstReplicaStory, SequenceStaysAheadOfFiveThousandNextvalASecond) {
  from_ = std::make_unique<Sql>(provider_.Connstr("teste_replica"));
  to_ = std::make_unique<Sql>(subscriber_.Connstr("teste_replica"));
  ASSERT_NO_FATAL_FAILURE(PlayUntilWorkersRun());
  Must({"londiste3", root_ini_, "add-seq", "pessoa_id_seq"});
  Must({"londiste3", leaf_ini_, "add-seq", "pessoa_id_seq"});
  const auto ahead = [&] {
    return std::stoll(to_->Value("select last_value from pessoa_id_seq")) - std::stoll(from_->Value("select last_value from pessoa_id_seq"));
  };
  ASSERT_TRUE(Eventually(30s, "the subscriber's sequence is ahead", [&] { return ahead() > 0; }));
  for (int second = 0; second < 10; ++second) {
    from_->Exec("do $$ begin for i in 1 .. 5000 loop perform nextval('pessoa_id_seq'); end loop; end $$");
    EXPECT_GT(ahead(), 0) << "after " << (second + 1) * 5000;
  }
  EXPECT_TRUE(Eventually(60s, "a margin for more is published", [&] { return ahead() > 5000; }));
}

}  // namespace
