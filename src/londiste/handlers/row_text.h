// Events of pgq.logutriga, as handlers change them.
#pragma once

#include <string>

#include "pgq/event.h"

namespace londiste::handlers {

// `I:id`, `U:…`, `D:…`. Throws base::Error for an event of another trigger.
void RequireUrlencoded(const pgq::Event& event, const std::string& handler,
                       const std::string& table);

// The same row with another operation. `text` holds the type as long as the result is used.
pgq::Event WithOperation(const pgq::Event& event, char operation, std::string& text);

}  // namespace londiste::handlers
