#include "londiste/handlers/obfuscate_handler.h"

#include "londiste/handlers/hidden_json.h"
#include "londiste/handlers/obfuscation_map.h"

namespace londiste::handlers {
namespace {

class ObfuscateHandler final : public Handler {
 public:
  explicit ObfuscateHandler(const HandlerContext& context) : context_(context) {}

  void LookAtTarget(pqxx::transaction_base& tx) override { RequireKey(tx); }

  bool rewrites_rows() const override { return true; }
  ColumnRewrite Rewrite(std::string_view column) const override {
    const HidingRule* rule = RuleOf(column);
    if (rule == nullptr || (!rule->is_object() && rule->hiding == Hiding::kSkip))
      return {.leave_out = true};
    const std::string& key = map().key();
    if (rule->is_object())
      return {.value = [rule, &key](std::optional<std::string>& value) {
        if (value) value = HideInJson(*value, *rule, key);
      }};
    if (rule->hiding == Hiding::kKeep) return {};
    return {.value = [hiding = rule->hiding, &key](std::optional<std::string>& value) {
      Hide(hiding, key, value);
    }};
  }

 private:
  const ObfuscationMap& map() const { return *context_.settings.obfuscation; }

  const HidingRule* RuleOf(std::string_view column) const {
    const ObfuscationMap::Columns* columns = map().Find(context_.table);
    if (columns == nullptr) return nullptr;
    const auto found = columns->find(column);
    return found == columns->end() ? nullptr : &found->second;
  }

  // Rows are found by their key.
  void RequireKey(pqxx::transaction_base& tx) const {
    const std::string& table = context_.table;
    const std::string in_file = " in file \"" + map().path() + "\" (obfuscator_map)";
    if (map().Find(context_.table) == nullptr)
      throw UnusableHandler("handler \"obfuscate\": table " + table + " is not" + in_file,
                            "Name the table there, and its columns; then reload the worker.");
    for (const pqxx::row& row : tx.exec_params(
             "select a.attname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid "
             "= c.relnamespace join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary "
             "join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey) "
             "where n.nspname = $1 and c.relname = $2 order by a.attnum",
             context_.dest.schema, context_.dest.name)) {
      const std::string column = row[0].as<std::string>();
      const HidingRule* rule = RuleOf(column);
      if (rule == nullptr || rule->is_object() || rule->hiding == Hiding::kSkip ||
          rule->hiding == Hiding::kBool)
        throw UnusableHandler(
            "handler \"obfuscate\": column \"" + column + "\" of the primary key of table " +
                table + " is not kept or hashed" + in_file,
            "Rows are found by it. Name it there with keep, hash, hash64 or hash32; then reload "
            "the worker.");
    }
  }

  const HandlerContext context_;
};

std::unique_ptr<Handler> Make(std::span<const HandlerArgument>, const HandlerContext& context) {
  if (!context.settings.obfuscation)
    throw UnusableHandler("handler \"obfuscate\" needs setting obfuscator_map",
                          "It names a YAML file with the table's columns: see docs/handlers.md.");
  return std::make_unique<ObfuscateHandler>(context);
}

}  // namespace

const HandlerKind& ObfuscateHandlerKind() {
  static const HandlerKind kind = {
      .name = "obfuscate",
      .help =
          "Hides columns, as file obfuscator_map says: in the copy, in what is applied, and in "
          "what is passed on.",
      .arguments = {},
      .make = Make,
  };
  return kind;
}

}  // namespace londiste::handlers
