// Which encoding the percent-encoded data of a provider's events is in.
#pragma once

#include <memory>
#include <string>

#include "londiste/apply/origin_text.h"
#include "pg/connection.h"

namespace londiste::apply {

// Asks the provider, where it is the queue's root: the encoding of its database and who encodes
// there. That takes a row of a temporary table, in a transaction that is rolled back, if the
// functions are SkyTools'. Of a root that cannot be asked, since the provider is a branch,
// `event_encoding` says it (UTF8: nothing to convert).
// nullptr: the data is as it is to be, in UTF-8 or in whatever bytes a database in SQL_ASCII holds.
// Throws base::Error for an encoding that is not known here.
std::shared_ptr<const OriginText> AskOrigin(pg::Connection& provider, const std::string& queue,
                                            const std::string& event_encoding);

}  // namespace londiste::apply
