// add-table --create and --create-full: tables that this node lacks are made as they are on the
// node that they will be copied from.
//
// Lives for one command, on the main thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "londiste/node/node_session.h"
#include "londiste/structure/create_table.h"
#include "londiste/structure/foreign_keys_there.h"
#include "londiste/tables/table.h"

namespace londiste::node {

class TableCreation {
 public:
  // `copy_node` as CopyNode returns it. `session` must outlive this. Throws base::UsageError on the
  // root.
  TableCreation(const CommandContext& context, NodeSession& session, structure::CreateScope scope,
                std::string copy_node);

  // Tables behind those that they inherit from, otherwise in their order.
  void SortByInheritance(std::vector<std::string>& names);

  // Whether there is such a table where it would be copied from.
  bool IsThere(pqxx::work& tx, const std::string& name);
  // Makes the table `dest` for `name` of the queue. Returns whether it did; says why when it did
  // not. Throws base::Error when it can be neither made nor found.
  bool Create(pqxx::work& tx, const std::string& name, const std::string& dest);
  // After the table was registered, made or not, in the same transaction: foreign keys, from tables
  // that were made and to them, whose tables are both local now are left to the worker.
  void PutOffForeignKeys(pqxx::work& tx);
  // After that transaction's commit: what is to be said of the table.
  void Tell();
  // After the last one: foreign keys that lead to tables which are not here, and roles.
  void TellWhatIsMissing();

 private:
  struct Source {
    pg::Connection* connection;
    pg::QualifiedName table;  // its name there
    std::string node;
  };
  Source FindSource(pqxx::work& tx, const std::string& name);
  std::optional<Source> FindAnySource(pqxx::work& tx, const std::vector<std::string>& names);
  pg::Connection& Connect(const std::string& node, const std::string& connstr);
  // Tables that are local both there and here, without the one that is being added.
  const structure::LocalNames& NamesHere(pqxx::work& tx, pg::Connection& source,
                                         pqxx::transaction_base& there);

  const CommandContext& context_;
  NodeSession& session_;
  // Of each source. Read once and kept up to date, since they are asked for each table.
  struct Names {
    std::map<std::string, std::string> there;  // of the queue's names
    structure::LocalNames here;                // of the names there
  };
  std::map<const pg::Connection*, Names> names_;
  structure::CreateScope scope_;
  std::string copy_node_;
  std::map<std::string, std::unique_ptr<pg::Connection>> connections_;  // by the node's name

  // Of the table that is being added, until Tell.
  std::string name_;
  pg::QualifiedName here_{};
  Source source_{};
  std::vector<std::string> notes_, differences_;
  std::set<std::string> roles_;
  std::vector<structure::ForeignKey> waiting_;
  // Of all.
  std::vector<structure::ForeignKey> loose_;  // what they reference is not here
  std::set<std::string> unknown_roles_;
};

}  // namespace londiste::node
