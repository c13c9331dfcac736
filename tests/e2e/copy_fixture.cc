#include "e2e/copy_fixture.h"

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::EventuallyEqual;
using test_support::Node;
using test_support::PostgresServer;
using test_support::Sql;
using test_support::TableDigest;

PostgresServer& CopyStory::ProviderServer() {
  static PostgresServer server;
  return server;
}

PostgresServer& CopyStory::SubscriberServer() {
  static PostgresServer server;
  return server;
}

CopyStory::CopyStory(const std::string& leaf_settings) {
  static int count = 0;
  number_ = std::to_string(++count);
  const std::string database = "copy_" + number_;
  ProviderServer().CreateNodeDatabase(database);
  SubscriberServer().CreateNodeDatabase(database);
  root_ = std::make_unique<Node>(dir_, ProviderServer(), database, "root", "q");
  leaf_ = std::make_unique<Node>(dir_, SubscriberServer(), database, "leaf", "q", leaf_settings);
  root_->CreateRoot();
  root_->StartWorker();
  pgqd_ = StartPgqd(dir_, ProviderServer(), "pgqd", "database_list = " + database);
  leaf_->CreateLeaf(*root_);
}

CopyStory::~CopyStory() {
  if (HasFailure()) std::cerr << "leaf:\n" << leaf_->Log() << "\nroot:\n" << root_->Log() << "\n";
  for (Node* node : {leaf_.get(), root_.get()})
    if (node->has_worker()) node->worker().Kill();
  pgqd_.reset();
  const std::string database = "copy_" + number_;
  leaf_.reset();
  root_.reset();
  ProviderServer().DropDatabase(database);
  SubscriberServer().DropDatabase(database);
}

void CopyStory::Both(const std::string& sql) {
  root_->sql().Exec(sql);
  leaf_->sql().Exec(sql);
}

void CopyStory::CreateTable(const std::string& name, int rows) {
  Both("create table " + name +
       " (id serial primary key, v text, n int not null default 0); create index on " + name +
       " (n)");
  root_->sql().Exec("insert into " + name +
                    " (v) select repeat('x', 50) || i from generate_series(1, " +
                    std::to_string(rows) + ") i");
}

// New rows, changes of copied and of new rows, and deletions, in transactions that overlap ticks.
std::string CopyStory::WriteSql(const std::string& table) const {
  return "begin; insert into " + table + " (v) values ('new'), ('newer'); update " + table +
         " set n = n + 1, v = v || '.' where id in (select id from " + table +
         " order by random() limit 3); delete from " + table + " where id = (select id from " +
         table + " order by random() limit 1); commit";
}

void CopyStory::AddTables(const std::vector<std::string>& tables) {
  std::vector<std::string> words{"add-table"};
  words.insert(words.end(), tables.begin(), tables.end());
  root_->MustLondiste(words);
  leaf_->MustLondiste(words);
}

std::string CopyStory::State(const std::string& table) {
  return leaf_->sql().Value(
      "select merge_state from londiste.table_info where table_name = 'public." + table + "'");
}

std::string CopyStory::LockWait(const std::string& table) {
  return leaf_->sql().Text(
      "select message from pgq.condition where kind = 'copy_waits_for_lock' and severity = "
      "'warning' and subject = 'public." +
      table + "'");
}

testing::AssertionResult CopyStory::InSync(const std::string& table,
                                           std::chrono::milliseconds limit) {
  return Eventually(limit, table + " is in sync", [&] { return State(table) == "ok"; });
}

testing::AssertionResult CopyStory::Equal(const std::string& table,
                                          std::chrono::milliseconds limit) {
  return EventuallyEqual(
      limit, [&] { return TableDigest(root_->sql(), table); },
      [&] { return TableDigest(leaf_->sql(), table); });
}

testing::AssertionResult CopyStory::NothingLeft() {
  return Eventually(30s, "nothing of the copies is left", [&] {
    return root_->sql().Value(
               "select count(*) from pgq.get_consumer_info() where consumer_name like "
               "'%.copy.%'") == "0" &&
           leaf_->sql().Value(
               "select count(*) from pgq_node.local_state where consumer_name like '%.copy.%'") ==
               "0" &&
           leaf_->sql().Value(
               "select count(*) from londiste.table_info where local and (merge_state <> 'ok' or "
               "custom_snapshot is not null)") == "0" &&
           leaf_->sql().Value("select count(*) from londiste.pending_fkeys") == "0";
  });
}

testing::AssertionResult CopyStory::LeafLogs(const std::string& text,
                                             std::chrono::milliseconds limit) {
  return Eventually(limit, "the log says: " + text,
                    [&] { return leaf_->Log().find(text) != std::string::npos; });
}
