#include "londiste/handlers/shard_handler.h"

#include <optional>

#include "base/text.h"
#include "londiste/handlers/arguments.h"
#include "londiste/handlers/plain_handler.h"
#include "pg/quote.h"
#include "pg/sqlstate.h"
#include "pgq/urlencode.h"

namespace londiste::handlers {
namespace {

constexpr const char* kShardHint =
    "The query is setting shard_info_sql: one row with integer columns shard_nr and shard_mask, "
    "shard_nr within the mask.";

// Which hashes are ours.
struct Shard {
  std::int64_t number = 0, mask = 0;
  bool Contains(std::int64_t hash) const { return (hash & mask) == number; }
};

Shard ReadShard(pqxx::transaction_base& tx, const std::string& sql) {
  std::optional<std::int64_t> number, mask;
  std::string reason;
  try {
    const pqxx::result rows = tx.exec(sql);
    if (rows.size() == 1) {
      for (const pqxx::field field : rows[0]) {
        const std::string_view name = field.name();
        if (name == "shard_nr") number = base::ParseWhole<std::int64_t>(field.c_str());
        if (name == "shard_mask") mask = base::ParseWhole<std::int64_t>(field.c_str());
      }
    } else {
      reason = std::to_string(rows.size()) + " rows";
    }
  } catch (const pqxx::sql_error& error) {
    if (error.sqlstate() == pg::sqlstate::kQueryCanceled) throw;
    std::string_view message = error.what();
    reason = base::TakeLine(message);
  }
  if (!number || !mask || (*number & ~*mask) != 0)
    throw UnusableHandler("could not read which shard this database is: " + sql +
                              (reason.empty() ? "" : ": " + reason),
                          kShardHint);
  return {*number, *mask};
}

// `hash=<number>`, possibly beside other fields.
std::optional<std::int64_t> HashOf(std::string_view text) {
  constexpr std::string_view kHash = "hash=";
  if (text.starts_with(kHash))
    if (const auto hash = base::ParseWhole<std::int64_t>(text.substr(kHash.size()))) return hash;
  for (const pgq::Field& field : pgq::DecodeRow(text))
    if (field.name == "hash" && field.value) return base::ParseWhole<std::int64_t>(*field.value);
  return std::nullopt;
}

class ShardHandler final : public PlainHandler {
 public:
  ShardHandler(std::span<const HandlerArgument> arguments, std::string key,
               const HandlerContext& context)
      : PlainHandler(arguments),
        key_(std::move(key)),
        context_(context),
        replays_(!IsOn(arguments, "disable_replay")) {}

  std::vector<std::string> TriggerArguments() const override {
    return {"ev_extra3='hash='||" + HashExpression()};
  }

  // On writers' way: a trigger whose expression fails refuses each change of the table.
  void CheckTable(pqxx::transaction_base& tx, const pg::QualifiedName& dest,
                  Publishes publishes) const override {
    if (publishes == Publishes::kNo) return;
    try {
      tx.exec("select 'hash='||" + HashExpression() + " from " + dest.Quoted() + " limit 0");
    } catch (const pqxx::sql_error& error) {
      if (error.sqlstate() == pg::sqlstate::kQueryCanceled) throw;
      std::string_view message = error.what();
      throw base::Error("could not compute hashes for table " + dest.ToString() + ": " +
                            std::string(base::TakeLine(message)),
                        "The function is setting shard_hash_func, the column is argument hash_key "
                        "of the handler.");
    }
  }

  void LookAtTarget(pqxx::transaction_base& tx) override {
    shard_ = ReadShard(tx, context_.settings.shard_info_sql);
  }

  bool copies_rows() const override { return replays_; }
  CopySelection Selection() const override {
    return {.condition = "(" + HashExpression() + " & " + std::to_string(shard_.mask) +
                         ") = " + std::to_string(shard_.number)};
  }

  EventUse Use(TableEvent& event, BatchTarget& target) override {
    if (!replays_) return EventUse::kIgnore;
    if (event.is_truncate) return PlainHandler::Use(event, target);
    return IsOurs(event.event) ? EventUse::kApply : EventUse::kIgnore;
  }

  bool PassesOn(const TableEvent& event, Onward where) const override {
    return event.is_truncate ? PlainHandler::PassesOn(event, where) : IsOurs(event.event);
  }

 private:
  std::string HashExpression() const {
    return context_.settings.shard_hash_func + "(" + pg::QuoteIdent(key_) + ")";
  }

  bool IsOurs(const pgq::Event& event) const {
    const auto hash = HashOf(event.extra3.value_or(std::string_view()));
    if (!hash)
      throw base::Error(
          "event " + ToString(event.id) + " of table " + context_.table +
              " does not tell to which shard its row belongs (ev_extra3 " +
              (event.extra3 ? "\"" + std::string(*event.extra3) + "\"" : std::string("is NULL")) +
              ")",
          "Nothing of the batch was applied. The table was added on the root without handler "
          "shard, or " +
              context_.settings.shard_hash_func +
              " returned NULL. Run remove-table here, so that these events are passed over; add "
              "the table on the root with --handler=shard --handler-arg=hash_key=" +
              key_ + "; then add it here again.");
    return shard_.Contains(*hash);
  }

  const std::string key_;
  const HandlerContext context_;
  const bool replays_;
  Shard shard_;
};

template <const char* name>
std::unique_ptr<Handler> Make(std::span<const HandlerArgument> arguments,
                              const HandlerContext& context) {
  std::string key = ValueOf(arguments, "hash_key", ValueOf(arguments, "key"));
  if (key.empty()) key = RequiredValueOf(arguments, "hash_key", name);
  return std::make_unique<ShardHandler>(arguments, std::move(key), context);
}

std::vector<HandlerKind::Argument> Arguments() {
  return {{"hash_key", "the column by whose hash rows are distributed; required", IsNotEmpty},
          {"key", "the same, as older scripts call it", IsNotEmpty},
          {"disable_replay",
           "1: the table here stays as it is, nothing is copied or applied; events are passed on",
           IsSwitch},
          kIgnoreTruncate,
          kKeepPartitions,
          kEncoding};
}

constexpr char kShard[] = "shard", kPart[] = "part";

}  // namespace

std::span<const HandlerKind> ShardHandlerKinds() {
  static const HandlerKind kinds[] = {
      {.name = kShard,
       .help = "Splits a table: on the root it publishes with each change a hash of column "
               "hash_key; on other nodes it copies, applies and passes on the rows whose hash "
               "belongs into the node's database (settings shard_hash_func, shard_info_sql).",
       .arguments = Arguments(),
       .make = Make<kShard>},
      {.name = kPart,
       .help = "The older name of shard.",
       .arguments = Arguments(),
       .make = Make<kPart>},
  };
  return kinds;
}

}  // namespace londiste::handlers
