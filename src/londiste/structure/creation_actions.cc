// Triggers and rules.
#include "londiste/structure/creation.h"
#include "londiste/structure/definition_text.h"

namespace londiste::structure {
namespace {

// ` disable trigger "t"`; "" for what is enabled as usual.
std::string Enabled(const TablePart& part, const std::string& what) {
  const std::string& letter = part.Text("enabled");
  const std::string name = " " + what + " " + pg::QuoteIdent(part.name);
  if (letter == "D") return "disable" + name;
  if (letter == "R") return "enable replica" + name;
  return letter == "A" ? "enable always" + name : "";
}

void AfterAction(Creation& creation, const NewTable& table, const TablePart& part,
                 const std::string& what) {
  if (const std::string enabled = Enabled(part, what); !enabled.empty())
    creation.Do("alter table " + table.quoted() + " " + enabled);
  Comment(creation, part, what + " " + pg::QuoteIdent(part.name) + " on " + table.quoted());
}

void CreateTrigger(Creation& creation, const NewTable& table, const TablePart& trigger) {
  if (trigger.Is("ours")) {  // add-table makes its own
    if (trigger.name.find("_londiste_") == std::string::npos)
      creation.Note(table, "trigger " + trigger.name + " is left out: it publishes to a queue (" +
                               trigger.Text("function") + ")");
    return;
  }
  const SplitDefinition definition =
      SplitDefinitionAt(trigger.Text("definition"), " ON ", table.quoted_there());
  creation.Do(definition.before + table.quoted() + definition.after);
  AfterAction(creation, table, trigger, "trigger");
}

void CreateRule(Creation& creation, const NewTable& table, const TablePart& rule) {
  std::string definition = rule.Text("definition");
  if (definition.ends_with(';')) definition.pop_back();
  creation.Do(ReplaceName(definition, table.quoted_there(), table.quoted()));
  AfterAction(creation, table, rule, "rule");
}

}  // namespace

void CreateActions(Creation& creation, const NewTable& table) {
  for (const TablePart* trigger : table.from.Of("trigger"))
    CreateTrigger(creation, table, *trigger);
  for (const TablePart* rule : table.from.Of("rule")) CreateRule(creation, table, *rule);
}

}  // namespace londiste::structure
