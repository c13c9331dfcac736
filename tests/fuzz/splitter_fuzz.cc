// Scripts: statements lie in the script in order, and split again each is one statement.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "londiste/execute/statement_rules.h"
#include "pg/statement_splitter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view script(reinterpret_cast<const char*>(data), size);
  try {
    const char* end = script.data();
    for (const auto& statement : pg::SplitStatements(script)) {
      if (statement.text.empty() || statement.text.data() < end) std::abort();
      end = statement.text.data() + statement.text.size();
      if (end > script.data() + script.size()) std::abort();
      if (const auto rows = statement.copy_data) {
        if (!statement.reads_stdin() || rows->data() < end) std::abort();
        if (!rows->empty() && !rows->ends_with('\n')) std::abort();
        end = rows->data() + rows->size();
        if (end > script.data() + script.size()) std::abort();
      }
      if (pg::SplitStatements(statement.text).size() != 1) std::abort();
      const auto rules = londiste::execute::RulesFor(statement);
      if (rules.outside && (rules.ends_transaction || !rules.refusal.empty())) std::abort();
    }
  } catch (const base::Error&) {
  }
  return 0;
}
