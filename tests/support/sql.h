// Plain SQL for tests, straight on libpq and independent of the layers under test.
#pragma once

#include <libpq-fe.h>

#include <optional>
#include <string>
#include <vector>

namespace test_support {

class Sql {
 public:
  explicit Sql(const std::string& connstr);  // throws std::runtime_error
  ~Sql();
  Sql(const Sql&) = delete;
  Sql& operator=(const Sql&) = delete;

  using Row = std::vector<std::optional<std::string>>;
  // One or more statements; rows of the last one. Throws std::runtime_error with the server's
  // message.
  std::vector<Row> Exec(const std::string& sql);
  // The first column of the first row; "(null)" for NULL, "(none)" without rows.
  std::string Value(const std::string& sql);
  // All rows as lines, columns separated by '|', NULL as \N.
  std::string Text(const std::string& sql);
  // The message of the error that `sql` raises (first line, without "ERROR:  "); "" when it
  // succeeds.
  std::string Error(const std::string& sql);
  // Starts a statement without waiting (Finish waits and throws on error).
  void Send(const std::string& sql);
  void Finish();
  PGconn* native() { return conn_; }

 private:
  PGconn* conn_;
};

// md5 over the whole content of a table in a stable order; equal on two servers means equal rows.
std::string TableDigest(Sql& sql, const std::string& table);

}  // namespace test_support
