#include "londiste/repair/fix_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
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

// A new file, whatever somebody else has put into the folder under that name: a link to a file of
// ours, for one. nullptr with errno.
std::FILE* CreateAnew(const std::string& path) {
  ::unlink(path.c_str());
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  return fd < 0 ? nullptr : ::fdopen(fd, "w");
}

}  // namespace

FixFile::FixFile(std::string path, const Origin& origin)
    : path_(std::move(path)), temporary_(path_ + ".tmp"), file_(CreateAnew(temporary_)) {
  if (!file_) Failed(temporary_);
  Put("-- Makes table " + InComment(origin.table) + " of node " + InComment(origin.below) +
      " as it is on node " + InComment(origin.above) + " at tick " + origin.tick + " (" +
      origin.tick_time + ").\n-- Rows that have changed since stay as they are.\n" +
      "\\set ON_ERROR_STOP on\nbegin;\nset client_encoding = '" + origin.encoding + "';\n" +
      "set standard_conforming_strings = on;\n" + kSettings);
}

FixFile::~FixFile() {
  if (file_) std::remove(temporary_.c_str());
}

void FixFile::Failed(const std::string& path) const {
  throw base::Error("could not write \"" + path + "\": " + std::system_category().message(errno));
}

void FixFile::Put(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) Failed(temporary_);
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
      Put("-- only here: " + InComment(statement) + ";\n");
    else
      Put(statement + (statement.starts_with("insert") ? " on conflict do nothing" : "") + ";\n");
  }
  ++(kept                              ? counts.kept
     : fix->kind == Fix::Kind::kInsert ? counts.inserts
     : fix->kind == Fix::Kind::kUpdate ? counts.updates
                                       : counts.deletes);
  return counts;
}

void FixFile::Finish() {
  Put("commit;\n");
  if (std::fflush(file_.get()) != 0) Failed(temporary_);
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) Failed(path_);
  file_.reset();
}

}  // namespace londiste::repair
