#include "pg/server_encoding.h"

namespace pg {

namespace {

std::string Reported(const Connection& connection, const char* setting) {
  const char* value = PQparameterStatus(connection.native(), setting);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string ServerEncoding(const Connection& connection) {
  return Reported(connection, "server_encoding");
}

std::string ClientEncoding(const Connection& connection) {
  return Reported(connection, "client_encoding");
}

}  // namespace pg
