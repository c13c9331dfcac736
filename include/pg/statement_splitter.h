// Cuts an SQL script into its statements, as psql would (standard_conforming_strings on).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pg {

struct ScriptStatement {
  std::string_view text;  // from its first word to before the semicolon; a view into the script
  int line = 1;           // of the first word
  std::vector<std::string> words;  // bare words outside parentheses, lower case
  // Of a `copy … from stdin;`: the lines that follow it, up to `\.`. A view into the script.
  std::optional<std::string_view> copy_data = {};

  bool reads_stdin() const;  // a `copy … from stdin`
};

// Knows standard, E'' and quoted-identifier strings, dollar quotes, line and nested comments,
// parentheses, the BEGIN ATOMIC … END bodies of SQL functions, and the data of COPY. Empty
// statements are left out. Throws base::Error `unterminated … at line N`, and for psql's own
// commands, such as `\connect`.
std::vector<ScriptStatement> SplitStatements(std::string_view script);

}  // namespace pg
