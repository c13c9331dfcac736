// A table handler of one's own: of some columns only the last characters are shown.
//
//   handler_modules = /usr/local/lib/londiste/mask_handler.so
//   londiste3 node.ini add-table payment --handler=mask --handler-arg=columns=card,iban
#include <algorithm>

#include "londiste/handlers/module.h"

namespace {

using namespace londiste::handlers;

class MaskHandler final : public Handler {
 public:
  MaskHandler(std::vector<std::string> columns, std::size_t shown)
      : columns_(std::move(columns)), shown_(shown) {}

  bool rewrites_rows() const override { return true; }

  // In copies, in events that are applied here, and in those that a branch passes on.
  ColumnRewrite Rewrite(std::string_view column) const override {
    if (std::ranges::find(columns_, column) == columns_.end()) return {};
    return {.value = [shown = shown_](std::optional<std::string>& value) {
      if (value && value->size() > shown) std::fill_n(value->begin(), value->size() - shown, '*');
    }};
  }

 private:
  const std::vector<std::string> columns_;
  const std::size_t shown_;
};

std::unique_ptr<Handler> Make(std::span<const HandlerArgument> arguments, const HandlerContext&) {
  std::vector<std::string> columns;
  std::size_t shown = 4;
  for (const HandlerArgument& argument : arguments) {
    if (argument.name == "shown") shown = argument.value[0] - '0';
    if (argument.name != "columns") continue;
    for (std::string_view rest = argument.value; !rest.empty();) {
      const std::size_t comma = rest.find(',');
      columns.emplace_back(rest.substr(0, comma));
      rest = comma == rest.npos ? std::string_view() : rest.substr(comma + 1);
    }
  }
  if (columns.empty()) throw UnusableHandler("handler \"mask\" needs argument columns");
  return std::make_unique<MaskHandler>(std::move(columns), shown);
}

bool IsNotEmpty(std::string_view value) { return !value.empty(); }
bool IsDigit(std::string_view value) {
  return value.size() == 1 && value[0] >= '0' && value[0] <= '9';
}

}  // namespace

const char* londiste_handler_abi() { return kModuleAbi; }

const std::vector<HandlerKind>* londiste_handler_kinds() {
  static const std::vector<HandlerKind> kinds = {
      {.name = "mask",
       .help = "Shows the last characters of some columns only.",
       .arguments = {{"columns", "their names, with commas between; required", IsNotEmpty},
                     {"shown", "how many characters are shown, 0 to 9 (4)", IsDigit}},
       .make = Make},
  };
  return &kinds;
}
