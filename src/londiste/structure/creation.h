// What the parts of PlanCreation share. Lives for one plan.
#pragma once

#include <string>
#include <string_view>

#include "londiste/structure/creation_plan.h"

namespace londiste::structure {

// A table to be made.
struct NewTable {
  const TableDescription& from;
  pg::QualifiedName name;  // here
  std::string parent;      // what it will be a partition of, quoted; "": nothing

  bool is_partition() const { return !parent.empty(); }
  std::string quoted() const { return name.Quoted(); }
  // As definitions from there have it.
  const std::string& quoted_there() const { return from.table().Text("quoted"); }
  std::string AlterOnly() const { return "alter table only " + quoted() + " "; }
  // For something that goes with the table, schema.name there: beside it here, too.
  pg::QualifiedName Beside(const std::string& there) const {
    pg::QualifiedName here = pg::QualifiedName::Parse(there);
    if (here.schema == from.name.schema) here.schema = name.schema;
    return here;
  }
};

class Creation {
 public:
  Creation(CreationTarget target, const LocalNames& others, CreateScope scope)
      : target_(std::move(target)), others_(others), scope_(scope) {}

  bool full() const { return scope_ == CreateScope::kFull; }
  const CreationTarget& target() const { return target_; }
  CreationPlan& plan() { return plan_; }
  pg::QualifiedName Here(const std::string& name) const;  // of another table

  void Do(std::string sql) { plan_.steps.push_back({std::move(sql), ""}); }
  void Try(std::string sql, std::string dispensable) {
    plan_.steps.push_back({std::move(sql), std::move(dispensable)});
  }
  void Note(const NewTable& table, const std::string& text);
  void Impossible(const NewTable& table, const std::string& text);
  // Whether the role is here; remembers it when not.
  bool Knows(const std::string& role);

  // A name for what goes with a table, `wanted` unless that is taken: then with _1, _2, ... behind
  // it, and a note. `what`: "index", "sequence", "statistics".
  pg::QualifiedName TakeName(const NewTable& table, const std::string& what,
                             const pg::QualifiedName& wanted);
  // False: there is something of the table's name.
  bool TakeTableName(const pg::QualifiedName& name) {
    return target_.relations.insert(name).second;
  }

  // Where a sequence or index of there, schema.name, is here.
  std::map<std::string, pg::QualifiedName> sequences, indexes;

 private:
  CreationTarget target_;
  const LocalNames& others_;
  CreateScope scope_;
  CreationPlan plan_;
};

// In this order; each but the first two only adds to what is there by then.
void CreateSequences(Creation& creation, const NewTable& table);
void CreateColumns(Creation& creation, const NewTable& table);  // the table itself, and its checks
void CreateKeys(Creation& creation, const NewTable& table);     // unique constraints and indexes
void CreateSettings(Creation& creation, const NewTable& table);
void CreateActions(Creation& creation, const NewTable& table);  // triggers and rules
void CreateRights(Creation& creation, const NewTable& table);

// `comment on OBJECT` unless the part has none.
void Comment(Creation& creation, const TablePart& part, const std::string& object,
             std::string_view field = "comment");
// From `fillfactor=70`: `"fillfactor" = '70'`.
std::string OptionText(const std::string& option);

}  // namespace londiste::structure
