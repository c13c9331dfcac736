// The handler `londiste`: all changes as they are.
#include "londiste/handlers/plain_handler.h"

namespace londiste::handlers {
namespace {

class PlainHandler final : public Handler {
 public:
  explicit PlainHandler(bool ignore_truncate) : ignore_truncate_(ignore_truncate) {}

  EventUse Use(TableEvent& event) override {
    return event.is_truncate && ignore_truncate_ ? EventUse::kIgnore : EventUse::kApply;
  }
  bool PassesTruncateOn() const override { return !ignore_truncate_; }

 private:
  const bool ignore_truncate_;
};

bool IsSwitch(std::string_view value) { return value == "0" || value == "1"; }

// Sessions are in UTF-8 anyway.
bool IsUtf8(std::string_view value) { return value == "utf8" || value == "utf-8"; }

std::unique_ptr<Handler> Make(std::span<const HandlerArgument> arguments) {
  bool ignore_truncate = false;
  for (const HandlerArgument& argument : arguments)
    if (argument.name == "ignore_truncate") ignore_truncate = argument.value == "1";
  return std::make_unique<PlainHandler>(ignore_truncate);
}

}  // namespace

const HandlerKind kPlainHandler = {
    .name = "londiste",
    .help = "Applies all changes as they are. The default.",
    .arguments =
        {{"ignore_truncate",
          "1: TRUNCATE on the provider does not empty the table here, nor what it is merged into",
          IsSwitch},
         {"encoding", "utf8; has no effect, accepted for scripts that were written for SkyTools",
          IsUtf8}},
    .make = Make,
};

}  // namespace londiste::handlers
