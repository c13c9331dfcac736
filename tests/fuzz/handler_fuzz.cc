// What a table's attribute says of its handler, and the templates in a handler's arguments.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "londiste/handlers/dispatch_options.h"
#include "londiste/handlers/handler_table.h"

using namespace londiste::handlers;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const HandlerText handler = HandlerText::Parse(text);
    const std::string written = handler.ToString();
    if (!handler.name.empty() && HandlerText::Parse(written).ToString() != written) std::abort();
    (void)MakeHandler(handler);
  } catch (const base::Error&) {
  }
  try {
    const std::string filled = FillTemplate(text, {{"a", "b"}});
    if (text.find('%') == std::string::npos && filled != text) std::abort();
  } catch (const base::Error&) {
  }
  return 0;
}
