// londiste.table_info.table_attrs: what was said of a table when it was added, urlencoded.
#pragma once

#include <string>
#include <vector>

#include "pgq/urlencode.h"

namespace londiste::tables {

using TableAttributes = std::vector<pgq::Field>;

void SetAttribute(TableAttributes& attributes, const std::string& key, const std::string& value);
void RemoveAttribute(TableAttributes& attributes, const std::string& key);
// `{'copy_node': 'n2', 'skip_truncate': '1'}`, as SkyTools prints them.
std::string ShowAttributes(const TableAttributes& attributes);

}  // namespace londiste::tables
