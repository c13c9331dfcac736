#include "londiste/handlers/row_text.h"

#include "base/error.h"

namespace londiste::handlers {

void RequireUrlencoded(const pgq::Event& event, const std::string& handler,
                       const std::string& table) {
  const std::string_view type = event.type_or_empty();
  if (type.size() > 1 && type[1] == ':' && std::string_view("IUD").find(type[0]) != type.npos)
    return;
  throw base::Error(
      "handler " + handler + " cannot read event " + ToString(event.id) + " (" +
          std::string(type.substr(0, 60)) + ") of table " + table,
      "It reads the events of pgq.logutriga. Nothing of the batch was applied. On the "
      "root, remove the table and add it without trigger flags Q and J; here, run "
      "remove-table, and then add-table again, which copies the rows.");
}

pgq::Event WithOperation(const pgq::Event& event, char operation, std::string& text) {
  text.assign(event.type_or_empty());
  text[0] = operation;
  pgq::Event changed = event;
  changed.type = text;
  return changed;
}

}  // namespace londiste::handlers
