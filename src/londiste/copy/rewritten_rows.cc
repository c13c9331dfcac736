#include "londiste/copy/rewritten_rows.h"

#include "base/error.h"
#include "pg/copy.h"

namespace londiste::copy {
namespace {

// The next field; takes it, and the tab behind it, from `row`.
std::string_view TakeField(std::string_view& row) {
  const std::size_t tab = row.find('\t');
  const std::string_view field = row.substr(0, tab);
  row.remove_prefix(tab == row.npos ? row.size() : tab + 1);
  return field;
}

class RowRewriter {
 public:
  explicit RowRewriter(const ColumnPlan& plan) : plan_(plan) {}

  std::string_view operator()(std::string_view row) {
    if (row.ends_with('\n')) row.remove_suffix(1);
    out_.clear();
    for (std::size_t at = 0; at < plan_.rewrites.size(); ++at) {
      if (at > 0) out_ += '\t';
      const std::string_view field = TakeField(row);
      if (!plan_.rewrites[at]) {
        out_ += field;
        continue;
      }
      std::optional<std::string> value = FromCopyText(field);
      try {
        plan_.rewrites[at](value);
      } catch (const base::Error& error) {
        throw base::Error(
            "could not rewrite column \"" + plan_.columns[at] + "\" of a row: " + error.what(),
            error.hint());
      }
      pg::AppendCopyText(out_, value);
    }
    if (!row.empty()) throw base::Error("a row has more columns than were asked for");
    out_ += '\n';
    return out_;
  }

 private:
  const ColumnPlan& plan_;
  std::string out_;
};

}  // namespace

std::optional<std::string> FromCopyText(std::string_view field) {
  if (field == "\\N") return std::nullopt;
  static constexpr std::string_view kLetters = "bfnrtv", kBytes = "\b\f\n\r\t\v";
  std::string value;
  value.reserve(field.size());
  for (std::size_t at = 0; at < field.size(); ++at) {
    if (field[at] != '\\' || at + 1 == field.size()) {
      value += field[at];
      continue;
    }
    const char c = field[++at];
    const std::size_t letter = kLetters.find(c);
    value += letter == kLetters.npos ? c : kBytes[letter];
  }
  return value;
}

RowChange ChangeOfRows(const ColumnPlan& plan, const RowInspector& inspect) {
  if (!plan.rewrites_rows()) {
    if (!inspect) return {};
    return [&inspect](std::string_view row) {
      inspect(row);
      return row;
    };
  }
  return [&inspect, rewriter = RowRewriter(plan)](std::string_view row) mutable {
    const std::string_view rewritten = rewriter(row);
    if (inspect) inspect(rewritten);
    return rewritten;
  };
}

}  // namespace londiste::copy
