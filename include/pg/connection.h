// One session with a PostgreSQL server: pqxx transactions and raw libpq (COPY, pipeline, LISTEN) on
// the same PGconn.
//
// Opened once, in the constructor; never reconnects by itself. After the session is lost every
// further use throws pqxx::broken_connection; the owner destroys the object and makes a new one.
// Belongs to one thread; cancel and forced shutdown come from other threads through the Interrupt
// given at construction, which must outlive the connection. While the Interrupt is cancelled, a
// running statement is cancelled, and a session that does not answer within two seconds is shut
// down at the socket.
#pragma once

#include <libpq-fe.h>

#include <pqxx/pqxx>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/interrupt.h"

namespace pg {

enum class ReplicationRole { kOrigin, kReplica, kLocal };

// What to do where a connection pooler gives each transaction another server session (PgBouncer's
// modes transaction and statement), so that whatever is set, prepared or locked in a session
// reaches other people. Session mode is as good as the server itself.
enum class TransactionPools {
  kAllow,   // only what poolers keep per client is set; the owner keeps nothing in the session
  kRefuse,  // pg::ConnectFailed, before anything was set
};

// Whose statements a session runs. kApplication: values are read and written the same way
// everywhere, all else is as database and role say. kFixed, for programs of ours: also search_path,
// isolation and all that changes what a statement means (pg/session_settings.h).
enum class SessionSettings { kApplication, kFixed };

struct ConnectOptions {
  std::string connstr;                     // libpq connection string or URI
  std::string application_name;            // e.g. "londiste node2 copy public.pessoa"
  base::Duration connect_timeout{10'000};  // for each host and address of the string
  std::string client_encoding = "UTF8";
  TransactionPools transaction_pools = TransactionPools::kAllow;
  SessionSettings settings = SessionSettings::kApplication;

  // For the statements of an application that uses the client library.
  static ConnectOptions ForApplication(std::string connstr, std::string application_name);
  // How programs of ours connect, everywhere: settings fixed, pools for transactions refused. pgqd
  // allows those, and then runs under the settings that it finds.
  static ConnectOptions Fixed(std::string connstr, std::string application_name,
                              TransactionPools pools = TransactionPools::kRefuse);
  // The same to another node, whose registered location is completed by the keywords of
  // `extra_connstr`, which may be empty. Throws base::Error for a string that does not parse.
  static ConnectOptions FixedAt(const std::string& location, const std::string& extra_connstr,
                                std::string application_name);

  // These options with one thing changed.
  ConnectOptions Within(base::Duration timeout) const;
  ConnectOptions InEncoding(std::string encoding) const;
};

class Connection : public pqxx::connection_base {
 public:
  // Connects and sets the session up: application_name, client_encoding, DateStyle ISO,
  // IntervalStyle postgres, extra_float_digits 1, bytea_output hex, standard_conforming_strings on,
  // lock/statement timeouts 0, what options.settings says, keepalives and tcp_user_timeout (unless
  // the string has its own). Several hosts, and several addresses of a name, are tried in turn as
  // psql does. Throws pg::ConnectFailed (what: `could not connect to "host=… dbname=…": reason`,
  // password never shown), base::Interrupted.
  Connection(const ConnectOptions& options, base::Interrupt& interrupt);
  ~Connection() noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The raw session. May be used inside a pqxx transaction for COPY and pipeline mode, between two
  // pqxx calls.
  PGconn* native() const;
  base::Interrupt& interrupt() const { return interrupt_; }
  const std::string& redacted_connstr() const { return redacted_; }
  int server_major() const;  // 15
  base::Clock::time_point connected_at() const { return connected_at_; }
  // How long the server took to answer the first statements: a round trip, and not much more.
  base::Clock::duration round_trip() const;

  // The server's process, as the server numbers it; 0 behind a pool whose transactions go to any.
  int backend_pid() const;
  // The next statement may be without an answer for so long, which is no sign of a dead server.
  void ExpectSilence(base::Duration at_most);

  // `set session_replication_role`; through londiste.set_session_replication_role when the role may
  // not set it itself. Outside a transaction.
  void SetReplicationRole(ReplicationRole role);

  // Blocks until the socket is readable (true) or the deadline passes (false). Consumes input.
  // Throws Interrupted, pqxx::broken_connection.
  bool WaitReadable(base::Deadline deadline);

 private:
  class Policy;
  Connection(std::unique_ptr<Policy> policy, const ConnectOptions& options,
             base::Interrupt& interrupt);
  std::unique_ptr<Policy> policy_;
  base::Interrupt& interrupt_;
  std::string redacted_;
  base::Clock::time_point connected_at_;
  std::unique_ptr<pqxx::errorhandler>
      notices_;  // libpqxx's own words; the server's go to SetNoticeSink
  base::Interrupt::Registration on_cancel_;
};

// A statement outside any explicit transaction (autocommit), one result.
pqxx::result ExecAutocommit(Connection& connection, const std::string& sql);

}  // namespace pg
