#include "pg/conninfo.h"

#include <libpq-fe.h>

#include <memory>

#include "base/error.h"
#include "base/text.h"

namespace pg {
namespace {

// libpq's complaints quote the piece they stumbled over, which may be (part of) a password.
std::string Censor(std::string message) {
  std::size_t first = message.find('"');
  while (first != std::string::npos && message.compare(first, 3, "\"=\"") == 0)
    first = message.find('"', first + 3);
  const std::size_t last = message.rfind('"');
  if (first == std::string::npos || last <= first) return message;
  return message.replace(first, last - first + 1, "\"***\"");
}

bool MayHoldPassword(const std::string& connstr) {
  return connstr.find("pass") != std::string::npos || connstr.find('@') != std::string::npos;
}

std::string QuoteValue(const std::string& value) {
  if (!value.empty() && value.find_first_of(" \t\r\n\f\v'\\") == std::string::npos) return value;
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

bool IsUri(const std::string& text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

// libpq takes one inside another in some calls only, and then its password is in no keyword of its
// own.
bool IsConnstr(const std::string& text) {
  if (IsUri(text)) return true;
  if (text.find('=') == std::string::npos) return false;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfoParse(text.c_str(), nullptr), PQconninfoFree);
  return options != nullptr;
}

bool IsSecret(const std::string& keyword) {
  return keyword == "password" || keyword == "sslpassword";
}

}  // namespace

std::map<std::string, std::string> ParseConnstr(const std::string& connstr) {
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfoParse(connstr.c_str(), &error), PQconninfoFree);
  if (!options) {
    std::string reason(base::Trim(error == nullptr ? "out of memory" : error));
    PQfreemem(error);
    if (MayHoldPassword(connstr)) reason = Censor(std::move(reason));
    throw base::Error("invalid connection string: " + reason);
  }
  std::map<std::string, std::string> parts;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) parts[option->keyword] = option->val;
  }
  for (const auto& [keyword, value] : parts) {
    if (IsSecret(keyword)) continue;
    if (IsUri(value) || (keyword == "dbname" && IsConnstr(value)))
      throw base::Error(
          "invalid connection string: \"" + keyword + "\" holds a connection string itself",
          "Give that one alone, without " + keyword + "=.");
  }
  return parts;
}

std::string FormatConnstr(const std::map<std::string, std::string>& parts) {
  std::string text;
  for (const auto& [keyword, value] : parts) {
    if (!text.empty()) text += ' ';
    text += keyword + "=" + QuoteValue(value);
  }
  return text;
}

std::string RedactConnstr(const std::string& connstr) {
  try {
    auto parts = ParseConnstr(connstr);
    bool secret = false;
    for (auto& [keyword, value] : parts) {
      if (!IsSecret(keyword)) continue;
      value = "***";
      secret = true;
    }
    return secret ? FormatConnstr(parts) : connstr;
  } catch (const base::Error&) {
    return "(invalid connection string)";
  }
}

std::string MergeConnstr(const std::string& connstr, const std::string& extra) {
  if (base::Trim(extra).empty()) return connstr;
  auto parts = ParseConnstr(connstr);
  for (auto& [keyword, value] : ParseConnstr(extra)) parts[keyword] = value;
  return FormatConnstr(parts);
}

}  // namespace pg
