// Whether a session can be used again after something went wrong on it.
#pragma once

#include "pg/connection.h"

namespace pgq {

// Not lost as far as is known, and in the middle of nothing.
inline bool IsReusable(const pg::Connection& connection) {
  PGconn* session = connection.native();
  return session != nullptr && PQstatus(session) == CONNECTION_OK &&
         PQtransactionStatus(session) == PQTRANS_IDLE;
}

}  // namespace pgq
