// add-table
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/failpoint.h"
#include "londiste/commands/command.h"
#include "londiste/handlers/handler_modules.h"
#include "londiste/handlers/handler_table.h"
#include "londiste/node/add_request.h"
#include "londiste/node/await_sync.h"
#include "londiste/node/bulk_operation.h"
#include "londiste/node/missing_objects.h"
#include "londiste/node/node_session.h"
#include "londiste/node/table_creation.h"
#include "londiste/node/unavailable_object.h"
#include "londiste/output/answer_log.h"
#include "londiste/structure/column_comparison.h"
#include "londiste/structure/lock_timeout.h"
#include "londiste/tables/left_out_columns.h"
#include "londiste/tables/name_selection.h"
#include "londiste/tables/registry.h"
#include "pg/may_call.h"
#include "pg/quote.h"
#include "pg/text_array.h"

namespace londiste::commands {
namespace {

constexpr const char* kUnavailableHint =
    "On the root the table must exist in the database; on other nodes it must be added on the root "
    "first. Names are case-sensitive, "
    "given as schema.table without quotes.";

// The way out of a refusal.
std::string HintOf(const cascade::Answer& answer) {
  if (answer.note.starts_with("Primary key missing on table")) {
    return "Londiste applies changes by primary key, or else by a unique index on columns that are "
           "NOT NULL: run alter table ... add primary key (...) here and on the other nodes.";
  }
  if (answer.note.starts_with("Table does not exist")) {
    return "Create it here first, with the columns that it has on the other nodes, or by --create, "
           "or name another table with --dest-table.";
  }
  if (answer.note.find("already added, but with different args") != std::string::npos)
    return "Nothing was changed. To change the arguments, run remove-table, then add-table.";
  return "";
}

class TableAddition {
 public:
  explicit TableAddition(CommandContext& context)
      : context_(context), session_(context), request_(node::ReadAddRequest(context)) {}

  int Run() {
    PrepareCreation();
    if (!session_.is_root()) FollowProvider();
    tables::SelectedNames selected = Select();
    if (!request_.dest_table.empty() && selected.names.size() > 1)
      throw base::UsageError("--dest-table can be given only for single table");
    for (const std::string& name : selected.unknown) operation_.Refuse(name, kUnavailableHint);
    std::vector<std::string>& names = selected.names;
    if (!session_.is_root()) CheckProvider(names);
    const bool needs_table = !request_.handler || request_.handler->needs_table();
    if (needs_table && context_.options.Has("skip-non-existing")) SkipMissing(names);
    if (creation_) creation_->SortByInheritance(names);
    if (!session_.is_root()) WarnOfColumns(names);
    operation_.Do(names, [this](const std::string& name) { Add(name); });
    if (operation_.any_done()) session_.WakeMergedWorkers();
    if (creation_) creation_->TellWhatIsMissing();
    WarnOfSilentWriters();
    operation_.Finish("add");
    if (context_.options.Has("wait-sync")) node::AwaitSync(context_, session_);
    return 0;
  }

 private:
  std::string Dest(const std::string& name) const {
    return request_.dest_table.empty() ? name : request_.dest_table;
  }
  void PrepareCreation() {
    const bool full = context_.options.Has("create-full");
    if (!full && !context_.options.Has("create")) return;
    if (std::ranges::find(request_.trigger_args, "virtual_table") != request_.trigger_args.end())
      throw base::UsageError("--create does not go with handler " +
                             context_.options.Value("handler") + ", which needs no table");
    creation_.emplace(context_, session_,
                      full ? structure::CreateScope::kFull : structure::CreateScope::kColumnsAndKey,
                      request_.copy_node);
  }

  // Before the table is registered, in the same transaction.
  void CreateMissing(pqxx::work& tx, const std::string& name) {
    if (!creation_) return;
    if (creation_->Create(tx, name, Dest(name)))
      left_out_[name].assign(provider_left_out_[name].begin(), provider_left_out_[name].end());
    base::HitFailpoint(base::Failpoint::add_table_after_create);
  }

  bool NeedsProvider() const { return !request_.expect_sync && request_.copy_node.empty(); }

  void FollowProvider() {
    {
      pqxx::work tx(session_.provider());
      provider_tables_ = tables::ReadTables(tx, session_.queue());
      provider_left_out_ = tables::LoadLeftOutColumns(tx, session_.queue());
    }
    pqxx::work tx(session_.local());
    tables::FollowProviderTables(tx, session_.queue(), provider_tables_,
                                 tables::RegistrationFilters(context_.settings));
    tx.commit();
  }

  tables::SelectedNames Select() {
    std::vector<std::string> processed;
    {
      pqxx::work tx(session_.local());
      for (const tables::Table& table : tables::ReadTables(tx, session_.queue())) {
        if (!table.local) continue;
        processed.push_back(table.name);
        states_.emplace(table.name, table.state.ToString());
      }
    }
    tables::NameRequest request{context_.arguments, context_.options.Has("all"),
                                context_.options.Has("force"), true};
    const std::vector<std::string> candidates = node::MissingObjects(session_).tables;
    return tables::SelectNames(
        request, candidates, processed, {.unavailable = [&](const std::string& name) {
          return node::WhyUnavailable(session_, node::ObjectKind::kTable, name, candidates);
        }});
  }

  const tables::Table* OnProvider(const std::string& name) const {
    const tables::Table* table = tables::FindTable(provider_tables_, name);
    return table && table->local ? table : nullptr;
  }

  // Refuses those that cannot be copied from the provider.
  void CheckProvider(std::vector<std::string>& names) {
    if (!NeedsProvider()) return;
    std::erase_if(names, [&](const std::string& name) {
      if (OnProvider(name) != nullptr) return false;
      if (context_.options.Has("skip-non-existing")) {
        spdlog::warn("Table {} is not added on node \"{}\"", name, session_.node().provider_node);
        return false;
      }
      spdlog::error("Table {} is not added on node \"{}\": run add-table there first", name,
                    session_.node().provider_node);
      operation_.Refuse(name);
      return true;
    });
  }

  void SkipMissing(std::vector<std::string>& names) {
    pqxx::work tx(session_.local());
    std::erase_if(names, [&](const std::string& name) {
      const bool missing = !structure::RelationExists(tx, pg::QualifiedName::Parse(Dest(name))) &&
                           !(creation_ && creation_->IsThere(tx, name));
      if (missing) spdlog::warn("Table {} does not exist, skipping", Dest(name));
      return missing;
    });
  }

  void WarnOfColumns(const std::vector<std::string>& names) {
    std::vector<std::string> added, here, there;
    for (const std::string& name : names) {
      const tables::Table* table = OnProvider(name);
      if (table == nullptr) continue;
      added.push_back(name);
      here.push_back(Dest(name));
      there.push_back(table->dest.ToString());
    }
    if (here.empty()) return;
    std::vector<std::vector<structure::Column>> provider =
        structure::LoadColumns(session_.provider(), there);
    std::vector<std::vector<structure::Column>> local =
        structure::LoadColumns(session_.local(), here);
    for (std::size_t i = 0; i < here.size(); ++i) {
      if (provider[i].empty() || local[i].empty())
        continue;  // a missing table is refused by name later
      for (const std::string& difference :
           structure::CompareColumns(here[i], provider[i], local[i]))
        spdlog::warn("{}", difference);
      for (const structure::Column& column : provider[i])
        NoteLeftOut(added[i], column.name, local[i]);
      for (const std::string& column : provider_left_out_[added[i]])
        NoteLeftOut(added[i], column, local[i]);
    }
  }

  void NoteLeftOut(const std::string& table, const std::string& column,
                   const std::vector<structure::Column>& here) {
    if (std::ranges::find(here, column, &structure::Column::name) == here.end())
      left_out_[table].push_back(column);
  }

  // A capture trigger publishes with the rights of whoever changes the table.
  void FindSilentWriters(pqxx::work& tx, const std::string& name) {
    if (!session_.is_root() || context_.options.Has("no-triggers") ||
        !pg::MayCall(tx, "londiste.find_silent_writers(text)"))
      return;
    for (const pqxx::row& row :
         tx.exec_params("select londiste.find_silent_writers($1)", Dest(name)))
      silent_writers_.insert(row[0].c_str());
  }

  void WarnOfSilentWriters() const {
    if (silent_writers_.empty()) return;
    std::string roles;
    for (const std::string& role : silent_writers_)
      roles += (roles.empty() ? "" : ", ") + pg::QuoteIdent(role);
    spdlog::warn(
        "these roles may write to tables that were added, but not publish, so their changes fail "
        "with \"permission denied for function insert_event\": {}",
        roles);
    spdlog::warn("HINT:  grant pgq_writer to {};", roles);
  }

  // Whatever would stop writers or the worker later.
  void AskHandler(pqxx::work& tx, const std::string& name) {
    using Publishes = handlers::Handler::Publishes;
    const bool leaf = session_.node().type == cascade::NodeType::kLeaf;
    tables::Table table;
    table.name = name;
    table.dest = pg::QualifiedName::Parse(Dest(name));
    table.attributes = request_.attributes;
    const auto handler =
        handlers::MakeHandlerOf(table, handlers::HandlerSettings::Read(context_.settings));
    handler->CheckTable(tx, table.dest, leaf ? Publishes::kNo : Publishes::kYes);
    if (!session_.is_root()) handler->LookAtTarget(tx);
  }

  void Add(const std::string& name) {
    pqxx::work tx(session_.local());
    std::optional<std::string> attributes, dest;
    if (!request_.attributes.empty()) attributes = request_.attributes.Encoded();
    if (!request_.dest_table.empty()) dest = request_.dest_table;
    cascade::Answer answer;
    structure::WithLockTimeout(tx, context_.settings, Dest(name), [&] {
      CreateMissing(tx, name);
      if (request_.handler) AskHandler(tx, name);
      answer = cascade::Call(
          tx, "select * from londiste.local_add_table($1, $2, $3::text[], $4, $5)",
          session_.queue(), name, pg::TextArray(request_.trigger_args), attributes, dest);
      if (auto state = states_.find(name); !answer.failed() && state != states_.end())
        answer.note += ", state " + state->second;
      if (answer.failed()) output::ReportAnswer(answer, {}, HintOf(answer));
    });
    // A copy finds out by itself.
    if (request_.expect_sync && !session_.is_root())
      tables::StoreTableCopied(tx, session_.queue(), name, left_out_[name]);
    FindSilentWriters(tx, name);
    if (creation_) creation_->PutOffForeignKeys(tx);
    output::CommitAndReport(tx, answer);
    if (creation_) creation_->Tell();
  }

  CommandContext& context_;
  node::NodeSession session_;
  node::AddRequest request_;
  std::optional<node::TableCreation> creation_;  // --create, --create-full
  std::set<std::string> silent_writers_;
  node::BulkOperation operation_{"table", "added"};
  std::vector<tables::Table> provider_tables_;
  std::map<std::string, tables::ColumnNames> provider_left_out_;
  std::map<std::string, std::string> states_;                 // of those that were added before
  std::map<std::string, std::vector<std::string>> left_out_;  // columns that events will have
};

int Run(CommandContext& context) {
  handlers::LoadHandlerModules(context.settings);
  node::RequireNames(context, "tables", "missing");
  return TableAddition(context).Run();
}

}  // namespace

const Command kAddTable = {
    .name = "add-table",
    .arguments = "TABLE...",
    .summary = "replicate tables: on the root first, then on every node that should have them",
    .details =
        "Names may contain * and ?; a name without a schema is in schema public. The command adds "
        "each table in a transaction of its own, names those that it could not add, with the "
        "reason, and exits with status 1 if there are any. For a table that is already added it "
        "restores triggers that are missing, disabled or wrong. On a branch or leaf the worker "
        "then makes the initial copy, unless --expect-sync says that the rows are already there. "
        "With --create or --create-full a table that is missing here is made as it is on the node "
        "that its rows come from; what cannot be the same here is told.",
    .options = {"all", "force", "create", "create-full", "expect-sync", "skip-truncate",
                "skip-non-existing", "dest-table", "trigger-flags", "trigger-arg", "no-triggers",
                "handler", "handler-arg", "copy-node", "find-copy-node", "max-parallel-copy",
                "merge-all", "no-merge", "wait-sync"},
    .max_arguments = kAnyNumber,
    .run = Run,
};

}  // namespace londiste::commands
