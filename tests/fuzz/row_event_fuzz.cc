// Row events in their three formats. The first byte chooses the type; the address sanitizer watches
// the shared buffer.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "base/error.h"
#include "londiste/apply/row_event.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::array<std::string_view, 8> kTypes{
      "I:id",
      "U:id,k",
      "D:",
      "I",
      "U",
      "D",
      R"({"op":"INSERT","table":["public","t"],"pkey":["id"]})",
      "R"};
  static londiste::apply::RowEvent row;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (data[0] % 9 == 8) {
      row.Decode(text.starts_with("{\"") ? text : "R", "{}");
    } else {
      row.Decode(kTypes[data[0] % 9], text);
    }
  } catch (const base::Error&) {
    return 0;
  }
  std::size_t bytes = 0;
  for (const auto& column : row.columns()) {
    bytes += column.name.size() + (column.value == nullptr ? 0 : std::strlen(column.value));
  }
  if (bytes > 2 * size) std::abort();
  row.KeyText();
  return 0;
}
