#include "londiste/handlers/bulk_handler.h"

#include "londiste/handlers/arguments.h"
#include "londiste/handlers/row_text.h"

namespace londiste::handlers {
namespace {

// SkyTools' names for what becomes of rows that are, or are not, there already. Large batches are
// written as sets whatever the handler is.
enum class Method {
  kCorrect,  // 0: as the provider had it
  kDelete,   // 1: an update deletes the row and inserts the new one
  kMerged,   // 2: so does an insert
};

class BulkHandler final : public Handler {
 public:
  BulkHandler(Method method, const HandlerContext& context) : method_(method), context_(context) {}

  EventUse Use(TableEvent& change, BatchTarget& target) override {
    const pgq::Event& event = change.event;
    // An update in SQL is one of the row's key: there is nothing that it could replace.
    if (change.is_truncate || event.type_or_empty() == "U") return EventUse::kApply;
    RequireUrlencoded(event, "bulk", context_.table);
    const char operation = event.type_or_empty()[0];
    if (method_ == Method::kCorrect || operation == 'D' ||
        (operation == 'I' && method_ != Method::kMerged))
      return EventUse::kApply;
    using Missing = BatchTarget::Missing;
    std::string text;
    target.Apply(WithOperation(event, 'D', text), context_.dest,
                 operation == 'U' ? Missing::kTold : Missing::kNoMatter);
    target.Apply(WithOperation(event, 'I', text), context_.dest);
    return EventUse::kDone;
  }

 private:
  const Method method_;
  const HandlerContext context_;
};

bool IsMethod(std::string_view value) { return value == "0" || value == "1" || value == "2"; }

std::unique_ptr<Handler> Make(std::span<const HandlerArgument> arguments,
                              const HandlerContext& context) {
  const std::string method = ValueOf(arguments, "method", "0");
  return std::make_unique<BulkHandler>(static_cast<Method>(method[0] - '0'), context);
}

}  // namespace

const HandlerKind& BulkHandlerKind() {
  static const HandlerKind kind = {
      .name = "bulk",
      .help =
          "Applies the net effect of each batch; for tables whose rows may or may not be here "
          "already. Needs events of pgq.logutriga.",
      .arguments = {{"method",
                     "0: as the provider had it, like handler londiste (default). 1: an update "
                     "deletes the row and inserts the new one, whether or not it was here. 2: so "
                     "does an insert",
                     IsMethod},
                    kKeepPartitions},
      .make = Make,
  };
  return kind;
}

}  // namespace londiste::handlers
