#include "londiste/node/register_location.h"

#include "cascade/members.h"
#include "londiste/node/node_session.h"
#include "londiste/output/answer_log.h"

namespace londiste::node {

void RegisterLocation(pqxx::transaction_base& tx, const std::string& queue,
                      const cascade::Location& member, const std::string& at) {
  cascade::Answer answer = cascade::Call(tx, cascade::kRegisterLocation, queue, member.node,
                                         member.connstr, member.dead);
  answer.note += ": " + member.node;
  output::ReportAnswer(answer, at);
}

}  // namespace londiste::node
