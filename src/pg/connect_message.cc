#include "pg/connect_message.h"

#include <array>
#include <cctype>
#include <utility>

#include "base/text.h"
#include "pg/error.h"
#include "pg/sqlstate.h"

namespace pg {
namespace {

bool IsSqlstate(std::string_view text) {
  if (text.size() != 5) return false;
  for (const char c : text) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0 && (c < 'A' || c > 'Z')) return false;
  }
  return true;
}

// `FATAL:  28P01: password authentication failed`: takes the code out of the line and returns it.
std::string TakeSqlstate(std::string& line) {
  for (std::size_t at = line.find(":  "); at != std::string::npos; at = line.find(":  ", at + 1)) {
    const std::size_t code = at + 3;
    if (line.size() < code + 7 || line.compare(code + 5, 2, ": ") != 0) continue;
    std::string found = line.substr(code, 5);
    if (!IsSqlstate(found)) continue;
    line.erase(code, 7);
    return found;
  }
  return {};
}

std::string HintFor(const std::string& sqlstate, const std::string& reason) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kHints{{
      {sqlstate::kInvalidPassword,
       "Check user= and the password: password= in the connection string, ~/.pgpass, or the role "
       "itself."},
      {sqlstate::kInvalidAuthorizationSpecification,
       "Check user= in the connection string and pg_hba.conf on the server."},
      {sqlstate::kInvalidCatalogName,
       "Create the database, or correct dbname= in the connection string."},
      {sqlstate::kTooManyConnections,
       "All connection slots are taken: raise max_connections on the server or close idle "
       "sessions."},
      {sqlstate::kCannotConnectNow,
       "The server is starting up or shutting down; try again in a moment."},
      {sqlstate::kInsufficientPrivilege,
       "The role lacks the privilege to connect to this database."},
      {sqlstate::kObjectNotInPrerequisiteState,
       "The database does not accept connections at the moment."},
  }};
  for (const auto& [code, hint] : kHints) {
    if (sqlstate == code) return std::string(hint);
  }
  if (!sqlstate.empty()) return {};
  if (reason.find("no password supplied") != std::string::npos) {
    return "Give the password in ~/.pgpass or with password= in the connection string.";
  }
  if (reason.find("could not translate host name") != std::string::npos)
    return "Check host= in the connection string.";
  return "Is the server running there and accepting connections? Check host= and port= in the "
         "connection string.";
}

}  // namespace

ConnectMessage ParseConnectMessage(std::string_view text) {
  ConnectMessage message;
  std::string server_hint;
  for (std::string_view rest = text; !rest.empty();) {
    std::string line(base::TakeLine(rest));
    if (line.starts_with("LOCATION: ") || line.starts_with("\t") || line.empty()) continue;
    if (line.starts_with("HINT: ")) {
      server_hint = base::Trim(std::string_view(line).substr(6));
      continue;
    }
    std::string code = TakeSqlstate(line);
    if (!code.empty()) message.sqlstate = std::move(code);
    if (!message.reason.empty()) message.reason += "; ";
    message.reason += base::Trim(line);
  }
  message.hint = server_hint.empty() ? HintFor(message.sqlstate, message.reason) : server_hint;
  return message;
}

void ThrowConnectFailed(const std::string& redacted_target, std::string_view text) {
  ConnectMessage message = ParseConnectMessage(text);
  throw ConnectFailed("could not connect to \"" + redacted_target + "\": " + message.reason,
                      std::move(message.hint), std::move(message.sqlstate));
}

}  // namespace pg
