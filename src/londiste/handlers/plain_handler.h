// The handler of tables for which none was named, and what others begin with.
#pragma once

#include <span>

#include "londiste/handlers/handler.h"

namespace londiste::handlers {

const HandlerKind& PlainHandlerKind();

class PlainHandler : public Handler {
 public:
  explicit PlainHandler(std::span<const HandlerArgument> arguments);

  EventUse Use(TableEvent& event, BatchTarget& target) override;
  bool PassesOn(const TableEvent& event, Onward where) const override;

 private:
  const bool ignore_truncate_;
};

}  // namespace londiste::handlers
