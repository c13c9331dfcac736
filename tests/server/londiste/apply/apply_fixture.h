// An Applier on a real database, fed with events made by hand.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "londiste/apply/applier.h"
#include "londiste/apply/apply_error.h"
#include "londiste/handlers/handler_table.h"
#include "pgq/urlencode.h"
#include "server/pg/session_fixture.h"

class ApplyTest : public SessionTest {
 protected:
  using Field = pgq::Field;

  // Every table of the queue is ours, under the same name unless `dest_` says otherwise.
  class AllTables : public londiste::apply::TargetTables {
   public:
    londiste::apply::TargetTable* Resolve(std::string_view queue_table, pgq::Txid) override {
      const std::string name(queue_table);
      if (name == "public.not_ours") return nullptr;
      const auto dest = dests.find(name);
      londiste::apply::TargetTable& target = tables_[name];
      target.table.name = name;
      target.table.dest = pg::QualifiedName::Parse(dest == dests.end() ? name : dest->second);
      target.table.left_out = left_out;
      if (!target.handler) target.handler = make_handler();
      return &target;
    }
    std::map<std::string, std::string> dests;
    std::set<std::string, std::less<>> left_out;
    // Handlers are made anew.
    void Forget() {
      for (auto& [name, target] : tables_) target.handler.reset();
    }
    // Of each table, at its first event.
    std::function<std::unique_ptr<londiste::handlers::Handler>()> make_handler = [] {
      return londiste::handlers::MakeHandler({"londiste"});
    };

   private:
    std::map<std::string, londiste::apply::TargetTable> tables_;
  };

  void SetUp() override { Reconnect(); }

  // A session and an applier of their own.
  void Reconnect() {
    applier_.reset();
    connection_ = Connect();
    connection_->SetReplicationRole(pg::ReplicationRole::kReplica);
    MakeApplier();
  }

  void MakeApplier() {
    applier_ = std::make_unique<londiste::apply::Applier>(
        *connection_, tables_, options_,
        [this](const std::string& line) { warnings_.push_back(line); });
  }

  // Puts an event on the list. Texts live as long as the test.
  void Event(std::string type, std::string data, std::string table = "public.t") {
    texts_.push_back(std::move(type));
    const std::string_view kept_type = texts_.back();
    texts_.push_back(std::move(data));
    const std::string_view kept_data = texts_.back();
    texts_.push_back(std::move(table));
    pgq::Event event;
    event.id = pgq::EventId(++last_id_);
    event.type = kept_type;
    event.data = kept_data;
    event.extra1 = texts_.back();
    events_.push_back(event);
  }

  // Applies the list as one batch and commits it.
  londiste::apply::ApplyStats Apply() {
    const auto events = std::exchange(events_, {});
    pqxx::work tx(*connection_);
    try {
      applier_->BeginBatch(tx);
      for (const pgq::Event& event : events) applier_->Apply(event);
      const auto stats = applier_->FinishBatch();
      tx.commit();
      return stats;
    } catch (...) {
      applier_->Abort();
      throw;
    }
  }

  // The text of the ApplyError that the list ends in; its SQLSTATE is left in sqlstate_.
  std::string ApplyFails() {
    try {
      Apply();
    } catch (const londiste::apply::ApplyError& e) {
      sqlstate_ = e.sqlstate();
      return e.what();
    }
    return "applied";
  }

  std::string Rows(const std::string& table = "t") {
    return admin().Text("select * from " + table + " order by 1");
  }

  londiste::apply::ApplyOptions options_;
  AllTables tables_;
  std::unique_ptr<pg::Connection> connection_;
  std::unique_ptr<londiste::apply::Applier> applier_;
  std::vector<std::string> warnings_;
  std::vector<pgq::Event> events_;
  std::string sqlstate_;

 private:
  std::deque<std::string> texts_;
  std::int64_t last_id_ = 100;
};
