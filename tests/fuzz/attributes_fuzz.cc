// Heads of EXECUTE scripts: the encoded form comes back.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "londiste/execute/execute_attributes.h"

using londiste::execute::ExecuteAttributes;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto attributes = ExecuteAttributes::FromScript(text);
    if (ExecuteAttributes::FromEncoded(attributes.Encoded()) != attributes) std::abort();
  } catch (const base::Error&) {
  }
  try {
    ExecuteAttributes::FromEncoded(text);
  } catch (const base::Error&) {
  }
  return 0;
}
