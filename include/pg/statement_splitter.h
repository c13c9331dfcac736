// Cuts an SQL script into its statements, as the server's own lexer would
// (standard_conforming_strings on).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pg {

struct ScriptStatement {
  std::string_view text;  // from its first word to before the semicolon; a view into the script
  int line = 1;           // of the first word
  std::vector<std::string> words;  // bare words outside parentheses, lower case
};

// Knows standard, E'' and quoted-identifier strings, dollar quotes, line and nested comments,
// parentheses, and the BEGIN ATOMIC … END bodies of SQL functions. Empty statements are left out.
// Throws base::Error `unterminated … at line N`.
std::vector<ScriptStatement> SplitStatements(std::string_view script);

}  // namespace pg
