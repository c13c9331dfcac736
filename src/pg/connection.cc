#include "pg/connection.h"

#include <poll.h>

#include <utility>

#include "pg/cancel_target.h"
#include "pg/conninfo.h"
#include "pg/error.h"
#include "pg/notice_receiver.h"
#include "pg/pqxx6_policy.h"
#include "pg/result.h"
#include "pg/session.h"
#include "pg/wait.h"

namespace pg {

ConnectOptions ConnectOptions::ForApplication(std::string connstr, std::string application_name) {
  ConnectOptions options;
  options.connstr = std::move(connstr);
  options.application_name = std::move(application_name);
  return options;
}

ConnectOptions ConnectOptions::Fixed(std::string connstr, std::string application_name,
                                     TransactionPools pools) {
  ConnectOptions options = ForApplication(std::move(connstr), std::move(application_name));
  options.settings = SessionSettings::kFixed;
  options.transaction_pools = pools;
  return options;
}

ConnectOptions ConnectOptions::FixedAt(const std::string& location,
                                       const std::string& extra_connstr,
                                       std::string application_name) {
  return Fixed(MergeConnstr(location, extra_connstr), std::move(application_name));
}

ConnectOptions ConnectOptions::Within(base::Duration timeout) const {
  ConnectOptions options = *this;
  options.connect_timeout = timeout;
  return options;
}

ConnectOptions ConnectOptions::InEncoding(std::string encoding) const {
  ConnectOptions options = *this;
  options.client_encoding = std::move(encoding);
  return options;
}

Connection::Connection(const ConnectOptions& options, base::Interrupt& interrupt)
    : Connection(std::make_unique<Policy>(OpenSession(options, interrupt),
                                          RedactConnstr(options.connstr), options.connect_timeout),
                 options, interrupt) {}

Connection::Connection(std::unique_ptr<Policy> policy, const ConnectOptions& options,
                       base::Interrupt& interrupt)
    : pqxx::connection_base(*policy),
      policy_(std::move(policy)),
      interrupt_(interrupt),
      redacted_(RedactConnstr(options.connstr)),
      connected_at_(base::Clock::now()) {
  init();
  notices_ = std::make_unique<LibraryNotices>(*this);
  PQsetNoticeReceiver(native(), ReceiveNotice,
                      nullptr);  // after init, which installs libpqxx's own
  on_cancel_ =
      interrupt_.OnCancel([target = std::make_shared<CancelTarget>(native())] { target->Fire(); });
}

Connection::~Connection() noexcept {
  on_cancel_ = {};  // waits for a cancel that is just being sent
  notices_.reset();
  const pqxx::quiet_errorhandler quiet(*this);
  close();
}

PGconn* Connection::native() const { return policy_->session(); }
base::Clock::duration Connection::round_trip() const { return policy_->round_trip(); }
int Connection::backend_pid() const { return policy_->backend_pid(); }
void Connection::ExpectSilence(base::Duration at_most) {
  policy_->watched().ExpectSilence(at_most);
}

int Connection::server_major() const { return PQserverVersion(native()) / 10000; }

bool Connection::WaitReadable(base::Deadline deadline) {
  const bool readable = WaitSocket(PQsocket(native()), POLLIN, deadline, interrupt_);
  if (readable && PQconsumeInput(native()) == 0) ThrowFailure(*this, nullptr);
  return readable;
}

void Connection::SetReplicationRole(ReplicationRole role) {
  const std::string name = role == ReplicationRole::kOrigin    ? "origin"
                           : role == ReplicationRole::kReplica ? "replica"
                                                               : "local";
  try {
    ExecAutocommit(*this, "set session_replication_role = '" + name + "'");
  } catch (const pqxx::insufficient_privilege&) {
    ExecAutocommit(*this, "select londiste.set_session_replication_role('" + name + "', false)");
  }
}

pqxx::result ExecAutocommit(Connection& connection, const std::string& sql) {
  pqxx::nontransaction statement(connection);
  return statement.exec(sql);
}

}  // namespace pg
