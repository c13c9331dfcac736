// The type of a column, and what becomes of a value of one type in a column of another, as text
// travels between nodes.
#pragma once

#include <functional>
#include <string>

namespace londiste::compare {

// Of a domain it is the type below: the server does not check its constraints for us.
struct ColumnType {
  std::string full;          // as SQL, with length or precision
  std::string plain;         // without
  std::string name;          // alone
  std::string element_name;  // of an array's elements; else the same
  int modifier = -1;
  char kind = 'b';      // pg_type.typtype
  char category = 'U';  // pg_type.typcategory
  bool array = false;
  bool builtin = false;  // the server's own
  bool integer = false;

  friend bool operator==(const ColumnType& one, const ColumnType& other) {
    return one.full == other.full;
  }
};

// The value as its type writes it, NULL as NULL: what a row of events has. Not `::text`, which is
// something else for boolean, inet and character(n), and what the owner of a type says that it is.
std::string OutputText(const std::string& expression);

// SQL for what the column makes of a text that was written by its own type. What is too long stays.
std::string FromText(const std::string& text, const ColumnType& type);

// SQL on the node above for what a value of `expression` is in the column below. Values that the
// column cannot hold stay what they are, so that they differ, or are an error. `known_above`: there
// is such a base type of an extension on the node above, too. Throws base::Error where the value
// below is not known from the one above.
std::string AsBelow(const std::string& expression, const ColumnType& above, const ColumnType& below,
                    const std::function<bool(const std::string& type)>& known_above);

}  // namespace londiste::compare
