// The two doors through which notices come: libpq's receiver and libpqxx's error handlers.
#pragma once

#include <libpq-fe.h>

#include <pqxx/pqxx>

#include "pg/notice.h"

namespace pg {

void EmitNotice(const Notice& notice) noexcept;

// A PQnoticeReceiver.
void ReceiveNotice(void*, const PGresult* result);

// What libpqxx says by itself (a transaction left open, ...); it would go to stderr.
class LibraryNotices final : public pqxx::errorhandler {
 public:
  explicit LibraryNotices(pqxx::connection_base& connection) : pqxx::errorhandler(connection) {}
  bool operator()(const char message[]) noexcept override;
};

}  // namespace pg
