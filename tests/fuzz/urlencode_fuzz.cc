// Urlencoded rows: whatever decodes comes back from encode and decode as it was.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "pgq/urlencode.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<pgq::Field> row;
  try {
    row = pgq::DecodeRow(text);
  } catch (const base::Error&) {
    return 0;
  }
  if (pgq::DecodeRow(pgq::EncodeRow(row)) != row) std::abort();

  // Any bytes at all survive as a value.
  const std::vector<pgq::Field> bytes{{"v", std::string(text)}};
  if (pgq::DecodeRow(pgq::EncodeRow(bytes)) != bytes) std::abort();
  return 0;
}
