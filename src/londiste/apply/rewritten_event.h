// The events of a table whose handler rewrites rows: decoded, each value given to the handler,
// written again, as SQL what came as SQL, else urlencoded. What nobody has looked at does not get
// through.
//
// One for each table, used by one thread at a time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "londiste/apply/row_event.h"
#include "londiste/handlers/handler.h"
#include "pgq/event.h"

namespace londiste::apply {

class EventRewriter {
 public:
  // `table`: on the queue, for messages. `handler` must outlive the object.
  EventRewriter(const handlers::Handler& handler, std::string table)
      : handler_(handler), table_(std::move(table)) {}

  // A change of a row, or a TRUNCATE. Of the extra fields the table's name stays, the old row of
  // trigger flag `backup`, rewritten too, and the hash of handler shard. Valid until the next call.
  // Throws base::Error, which shows no value, for what cannot be taken apart.
  pgq::Event Rewrite(const pgq::Event& event);

 private:
  const handlers::ColumnRewrite& RewriteOf(std::string_view column);
  std::optional<std::string> Value(const RowColumn& column);
  void RequireKeys();
  void WriteUrlencoded(pgq::Event& event);
  void WriteSql(pgq::Event& event);
  void AppendPairs(std::string_view separator, std::size_t begin, std::size_t end,
                   std::string_view null);
  void RewriteOldRow(pgq::Event& event);
  void AppendUrlencoded(std::string& out);

  const handlers::Handler& handler_;
  const std::string table_;
  std::map<std::string, handlers::ColumnRewrite, std::less<>> rewrites_;
  RowEvent row_;
  std::string type_, data_, old_row_;
};

}  // namespace londiste::apply
