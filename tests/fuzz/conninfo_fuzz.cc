// Connection strings: a parsed one comes back from its own format, and neither its redaction nor a
// complaint shows a password.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "pg/conninfo.h"

namespace {

constexpr const char* kSecret = "Geh31m";

void MustNotShow(const std::string& text) {
  if (text.find(kSecret) != std::string::npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  // The secret must be the password alone: libpq drops backslashes in a value, so `Geh31\m` is the
  // secret too.
  std::string unescaped = text;
  std::erase(unescaped, '\\');
  if (text.find('\0') != std::string::npos || unescaped.find(kSecret) != std::string::npos)
    return 0;
  try {
    const auto parts = pg::ParseConnstr(text);
    if (pg::ParseConnstr(pg::FormatConnstr(parts)) != parts) std::abort();
    const auto redacted = pg::ParseConnstr(pg::RedactConnstr(text));
    const auto password = redacted.find("password");
    if (password != redacted.end() && password->second != "***") std::abort();
  } catch (const base::Error&) {
  }
  try {
    const std::string with_password = std::string("password=") + kSecret + " " + text;
    MustNotShow(pg::RedactConnstr(with_password));
    pg::ParseConnstr(with_password);
  } catch (const base::Error& e) {
    MustNotShow(e.what());
  }
  return 0;
}
