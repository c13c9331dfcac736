#include "londiste/repair/fix_file.h"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/error.h"
#include "londiste/repair/fix.h"

namespace londiste::repair {
namespace {

// Old values are compared as the text that our sessions have read.
constexpr const char* kSettings =
    "set local search_path = ''; set local timezone = 'UTC'; set local datestyle = 'ISO';\n"
    "set local intervalstyle = 'postgres'; set local bytea_output = 'hex';\n"
    "set local extra_float_digits = 1; set local lc_monetary = 'C'; set local xmloption = "
    "content;\n"
    "select londiste.set_session_replication_role('replica', true);\n";

// One line of a comment.
std::string InComment(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

}  // namespace

FixFile::FixFile(std::string path, const Origin& origin)
    : path_(std::move(path)), temporary_(path_ + ".tmp"), file_(temporary_, std::ios::trunc) {
  Check();
  file_ << "-- Makes table " << InComment(origin.table) << " of node " << InComment(origin.below)
        << " as it is on node " << InComment(origin.above) << " at tick " << origin.tick << " ("
        << origin.tick_time << ").\n"
        << "-- Rows that have changed since stay as they are.\n"
        << "\\set ON_ERROR_STOP on\nbegin;\nset client_encoding = '" << origin.encoding << "';\n"
        << "set standard_conforming_strings = on;\n"
        << kSettings;
}

FixFile::~FixFile() {
  if (!file_.is_open()) return;
  file_.close();
  std::remove(temporary_.c_str());
}

void FixFile::Check() {
  if (!file_)
    throw base::Error("could not write \"" + temporary_ +
                      "\": " + std::system_category().message(errno));
}

RepairCounts FixFile::Add(const compare::Comparison& comparison, const RowPair& row, Extra extra) {
  RepairCounts counts;
  const auto fix = FixOf(comparison, row);
  if (row.unclear || !fix || fix->statements.empty()) {
    ++(row.unclear ? counts.unclear : fix ? counts.unmended : counts.equal);
    return counts;
  }
  const bool kept = fix->kind == Fix::Kind::kDelete && extra == Extra::kKeep;
  for (const std::string& statement : fix->statements) {
    if (kept)
      file_ << "-- only here: " << InComment(statement) << ";\n";
    else
      file_ << statement << (statement.starts_with("insert") ? " on conflict do nothing" : "")
            << ";\n";
  }
  Check();
  ++(kept                              ? counts.kept
     : fix->kind == Fix::Kind::kInsert ? counts.inserts
     : fix->kind == Fix::Kind::kUpdate ? counts.updates
                                       : counts.deletes);
  return counts;
}

void FixFile::Finish() {
  file_ << "commit;\n";
  file_.close();
  if (!file_ || std::rename(temporary_.c_str(), path_.c_str()) != 0)
    throw base::Error("could not write \"" + path_ +
                      "\": " + std::system_category().message(errno));
}

}  // namespace londiste::repair
