// compare_sql and compare_fmt: names of tables and columns stay names, values stay values.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "londiste/compare/custom_query.h"
#include "pg/statement_splitter.h"

namespace {

using namespace londiste::compare;

constexpr const char* kSql = "select _COLS_::text as a, '_' from only _TABLE_ where _COLS_ is null";

std::string SqlOf(const std::string& table, const std::string& column) {
  ComparedSide side;
  side.table = {"public", table};
  side.columns = {column};
  return CustomSql({kSql, ""}, side);
}

std::string Replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

void TryNames(const std::string& table, const std::string& column) {
  if (table.find('\0') != table.npos || column.find('\0') != column.npos) return;
  const auto statements = pg::SplitStatements(SqlOf(table, column));
  if (statements.size() != 1 ||
      statements[0].words.size() != pg::SplitStatements(SqlOf("t", "c"))[0].words.size())
    std::abort();
}

void TryFormat(const std::string& format, const std::string& value) {
  const std::string mark = "\x01";
  if (format.find(mark) != format.npos) return;
  const auto answer = [&](const std::string& with) {
    return CustomAnswer(format, {{"cnt", with}, {"chksum", with}});
  };
  try {
    if (answer(value) != Replaced(answer(mark), mark, value)) std::abort();
  } catch (const base::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = input.find('\n');
  const std::string first(input.substr(0, cut));
  const std::string second(cut == input.npos ? std::string_view() : input.substr(cut + 1));
  TryNames(first, second);
  TryFormat(second, first);
  return 0;
}
