// The SQL schemas as text, for `create-*` to install what is missing. Generated from sql/ at build
// time; plain, re-runnable form.
#pragma once

#include <string>

namespace embedded_sql {

const std::string& pgq();
const std::string& pgq_node();
const std::string& londiste();

}  // namespace embedded_sql
