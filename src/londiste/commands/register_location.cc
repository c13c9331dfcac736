#include "londiste/commands/register_location.h"

#include "londiste/commands/node_session.h"

namespace londiste::commands {

void RegisterLocation(pqxx::transaction_base& tx, const std::string& queue,
                      const cascade::Location& member, const std::string& at) {
  cascade::Answer answer =
      cascade::Call(tx, "select * from pgq_node.register_location($1, $2, $3, $4)", queue,
                    member.node, member.connstr, member.dead);
  answer.note += ": " + member.node;
  Report(answer, at);
}

}  // namespace londiste::commands
