// The first experience: a table with a thousand photos, replicated; then every kind of change, and
// the refusal of writes on the subscriber.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>

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
    "create table pessoa (id serial primary key, nome text not null, data_nascimento date not "
    "null, "
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
      "insert into pessoa (nome, data_nascimento, foto, biografia) select 'João ' || i, date "
      "'1940-01-01' + i * 20, "
      "bytes, repeat('Nasceu em ' || i || E'\\n\\t\\\\ & gosta de café. ', 8) from "
      "generate_series(1, 1000) i, photo");
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
    pgqd_ini_ = dir_.Write(
        "pgqd.ini", "[pgqd]\nbase_connstr = " + base.substr(0, base.find(" dbname=")) +
                        "\nlogfile = " + dir_.path() + "/pgqd.log\npidfile = " + dir_.path() +
                        "/pgqd.pid\nsyslog = 0\n");
  }

  void TearDown() override {
    for (const std::string& ini : {root_ini_, leaf_ini_})
      test_support::Run({"londiste3", "-k", ini});
    test_support::Run({"pgqd", "-k", pgqd_ini_});
    for (const char* name : {"teste_replica_root", "teste_replica_leaf", "pgqd"}) {
      EXPECT_TRUE(Eventually(30s, std::string(name) + " ends", [&] {
        return access((dir_.path() + "/" + name + ".pid").c_str(), F_OK) != 0;
      }));
      if (HasFailure())
        std::cerr << name << ":\n" << ReadWholeFile(dir_.path() + "/" + name + ".log") << "\n";
    }
  }

  std::string WriteIni(const std::string& name, PostgresServer& server) {
    return dir_.Write(name + ".ini",
                      "[londiste3]\njob_name = " + name +
                          "\ndb = " + server.Connstr("teste_replica") +
                          "\nqueue_name = q_teste_replica\nlogfile = " + dir_.path() + "/" + name +
                          ".log\npidfile = " + dir_.path() + "/" + name + ".pid\n");
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
    Must({"londiste3", leaf_ini_, "create-leaf", "node2", subscriber_.Connstr("teste_replica"),
          "--provider=" + provider_.Connstr("teste_replica")});
    Must({"londiste3", "-d", leaf_ini_, "worker"});
  }

  testing::AssertionResult Equal(std::chrono::milliseconds limit = 60s) {
    return EventuallyEqual(
        limit, [&] { return TableDigest(*from_, "pessoa"); },
        [&] { return TableDigest(*to_, "pessoa"); });
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

  from_->Exec(
      "update pessoa set nome = nome || ' \\ ''x'' ç', foto = null where id between 1 and 50");
  from_->Exec("delete from pessoa where id between 51 and 100");
  from_->Exec(
      "insert into pessoa (nome, data_nascimento, foto, biografia) values ('', '0044-03-15 BC', "
      "'', E'tab\\t nl\\n \\\\N')");
  from_->Exec(
      "begin; insert into pessoa (nome, data_nascimento) values ('gone', 'today'); rollback");
  EXPECT_TRUE(Equal());
  from_->Exec("truncate pessoa");
  from_->Exec(
      "insert into pessoa (nome, data_nascimento, ultima_visita) values ('after truncate', "
      "'infinity', '-infinity')");
  EXPECT_TRUE(Equal());
  EXPECT_EQ(to_->Value("select nome from pessoa"), "after truncate");

  EXPECT_EQ(to_->Error("delete from pessoa"),
            "Table 'public.pessoa' to queue 'q_teste_replica': change not allowed (D)");
  EXPECT_EQ(to_->Error("insert into pessoa (nome, data_nascimento) values ('x', 'today')"),
            "Table 'public.pessoa' to queue 'q_teste_replica': change not allowed (I)");
  EXPECT_EQ(to_->Error("update pessoa set nome = ''"),
            "Table 'public.pessoa' to queue 'q_teste_replica': change not allowed (U)");
  EXPECT_EQ(to_->Error("truncate pessoa"),
            "Table 'public.pessoa' to queue 'q_teste_replica': change not allowed (R)");
  from_->Exec("update pessoa set id = id + 1000");
  EXPECT_TRUE(Equal());
}

// The commands of docs/howto/first-replica.md, but for those of the third and fourth server, as
// they are written there.
class FirstReplicaPage : public FirstReplicaStory {
 protected:
  // Those that begin with one of these.
  std::vector<std::string> Lines(const std::vector<std::string>& first_words) {
    std::istringstream page(
        ReadWholeFile(test_support::SourceDir() + "/docs/howto/first-replica.md"));
    std::vector<std::string> lines;
    std::string line, section;
    while (std::getline(page, line)) {
      if (line.starts_with("## ")) section = line;
      const bool wanted = std::ranges::any_of(
          first_words, [&](const std::string& words) { return line.starts_with("    " + words); });
      if (!wanted || section.starts_with("## A branch")) continue;
      for (std::string more; line.ends_with('\\') && std::getline(page, more);)
        line.replace(line.size() - 1, 1, more);
      lines.push_back(line.substr(4));
    }
    return lines;
  }

  void Play(std::string command) {
    for (const auto& [name, here] : std::map<std::string, std::string>{
             {"dbname=teste_replica host=provider.example user=postgres",
              provider_.Connstr("teste_replica")},
             {"dbname=teste_replica host=subscriber.example user=postgres",
              subscriber_.Connstr("teste_replica")},
             {" teste_replica_root.ini", " " + root_ini_},
             {" teste_replica_leaf.ini", " " + leaf_ini_},
             {" pgqd.ini", " " + pgqd_ini_}}) {
      for (std::size_t at = 0; (at = command.find(name, at)) != std::string::npos;
           at += here.size())
        command.replace(at, name.size(), here);
    }
    ASSERT_EQ(command.find(".example"), std::string::npos) << command;
    const auto result =
        test_support::Run({"/bin/sh", "-c", command},
                          {{{"PATH", test_support::BinDir() + ":" + std::getenv("PATH")}}, ""});
    ASSERT_EQ(result.status, 0) << command << "\n" << result.out << result.err;
    words_ += result.out + result.err;
  }

  std::string words_;  // what the commands said
};

TEST_F(FirstReplicaPage, CanBeTyped) {
  Sql(provider_.Connstr("teste_replica"))
      .Exec("insert into pessoa (nome, data_nascimento) values ('Maria', '1970-01-01')");
  const std::vector<std::string> commands = Lines({"londiste3 ", "pgqd "});
  ASSERT_EQ(commands.size(), 18u);
  const auto down =
      std::find(commands.begin(), commands.end(), "londiste3 -s teste_replica_leaf.ini");
  ASSERT_NE(down, commands.end());
  for (auto command = commands.begin(); command != down; ++command)
    ASSERT_NO_FATAL_FAILURE(Play(*command));
  EXPECT_NE(words_.find("public.pessoa    ok"), std::string::npos) << words_;
  EXPECT_NE(words_.find("Lag: "), std::string::npos) << words_;
  Sql from(provider_.Connstr("teste_replica")), to(subscriber_.Connstr("teste_replica"));
  EXPECT_EQ(to.Value("select nome from pessoa"), "Maria");

  for (auto command = down; command != commands.end(); ++command)
    ASSERT_NO_FATAL_FAILURE(Play(*command));
  const std::vector<std::string> drop = Lines({"drop schema "});
  ASSERT_EQ(drop.size(), 1u);
  for (Sql* sql : {&from, &to}) {
    EXPECT_EQ(sql->Value("select count(*) from pgq_node.node_info"), "0");
    EXPECT_EQ(sql->Value("select count(*) from pgq.queue"), "0");
    EXPECT_EQ(sql->Value("select count(*) from pg_trigger where tgrelid = 'pessoa'::regclass"),
              "0");
    sql->Exec(drop.front().substr(0, drop.front().find(';')));
    EXPECT_EQ(sql->Value("select count(*) from pg_namespace where nspname ~ '^(pgq|londiste)'"),
              "0");
    sql->Exec("update pessoa set nome = 'João'");
  }
}

TEST_F(FirstReplicaStory, SequenceStaysAheadOfFiveThousandNextvalASecond) {
  from_ = std::make_unique<Sql>(provider_.Connstr("teste_replica"));
  to_ = std::make_unique<Sql>(subscriber_.Connstr("teste_replica"));
  ASSERT_NO_FATAL_FAILURE(PlayUntilWorkersRun());
  Must({"londiste3", root_ini_, "add-seq", "pessoa_id_seq"});
  Must({"londiste3", leaf_ini_, "add-seq", "pessoa_id_seq"});
  // The root's is read last: it may have moved meanwhile, which counts.
  const auto ahead = [&] {
    const auto subscriber = std::stoll(to_->Value("select last_value from pessoa_id_seq"));
    return subscriber - std::stoll(from_->Value("select last_value from pessoa_id_seq"));
  };
  ASSERT_TRUE(Eventually(30s, "three buffers are published", [&] { return ahead() == 30'000; }));

  // One that is at rest with hardly two buffers left, which is as little as there can be.
  from_->Exec("select setval('pessoa_id_seq', 10000)");
  ASSERT_EQ(ahead(), 20'001);
  // 5000 a second by the server's clock, 50 at a time.
  from_->Exec("create temp table pace as select clock_timestamp() as since, 0 as steps");
  for (int tenth = 1; tenth <= 80; ++tenth) {
    from_->Exec(
        "do $$ declare due timestamptz; begin for i in 1 .. 10 loop "
        "update pace set steps = steps + 1 returning since + steps * interval '10 ms' into due; "
        "perform nextval('pessoa_id_seq') from generate_series(1, 50); "
        "perform pg_sleep(greatest(0, extract(epoch from due - clock_timestamp()))); "
        "end loop; end $$");
    ASSERT_GT(ahead(), 0) << "after " << tenth * 500;
    ASSERT_LE(ahead(), 30'000) << "after " << tenth * 500;
  }
  EXPECT_EQ(from_->Value("select last_value from pessoa_id_seq"), "50000");

  // A load that no look can precede is answered by one buffer more, not by a rate.
  from_->Exec("select setval('pessoa_id_seq', 2000000)");
  EXPECT_TRUE(Eventually(30s, "the subscriber is ahead again", [&] { return ahead() > 0; }));
  EXPECT_LE(ahead(), 30'000);
}

}  // namespace
