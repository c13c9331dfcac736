// dst_query: whatever a value holds, the statement has the same words and as many statements as
// with an empty one: values stay values.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "pg/statement_splitter.h"
#include "pgq_tool/consumers/statement_template.h"

namespace {

std::vector<std::vector<std::string>> WordsOf(const std::string& script) {
  std::vector<std::vector<std::string>> words;
  for (const auto& statement : pg::SplitStatements(script)) {
    words.push_back(statement.words);
  }
  return words;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = input.find('\n');
  const std::string value(input.substr(0, cut));
  const std::string_view text = cut == input.npos ? std::string_view() : input.substr(cut + 1);
  try {
    const auto query = pgq_tool::consumers::StatementTemplate::Parse(text);
    const auto expand = [&](const std::string& with) {
      return query.Expand([&](const std::string&) { return std::optional(with); });
    };
    const std::string empty = expand(""), full = expand(value);
    if (WordsOf(empty) != WordsOf(full)) std::abort();
  } catch (const base::Error&) {
  }
  return 0;
}
