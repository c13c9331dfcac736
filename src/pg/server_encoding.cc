#include "pg/server_encoding.h"

namespace pg {

std::string ServerEncoding(const Connection& connection) {
  const char* encoding = PQparameterStatus(connection.native(), "server_encoding");
  return encoding == nullptr ? "" : encoding;
}

}  // namespace pg
