// Column types, values and names that random tables are made of.
#pragma once

#include <string>
#include <vector>

#include "capture/random.h"

namespace capture_test {

// What the database's encoding lets a text hold.
enum class Charset { kUtf8, kLatin1, kBytes };

struct ColumnType {
  std::string name;                 // as in CREATE TABLE
  std::vector<std::string> values;  // input texts; empty: random text
  bool can_be_key = false;
};

// Statements that make the types which are not built in, in schema "Kinds".
std::vector<std::string> TypeStatements(Charset charset);

const std::vector<ColumnType>& ColumnTypes();

// A constant of SQL that means the same whatever standard_conforming_strings says.
std::string Literal(const std::string& text);
std::string QuotedName(const std::string& name);

std::string RandomText(Random& random, Charset charset);
// A constant of the type, or "null".
std::string RandomValue(Random& random, Charset charset, const ColumnType& type,
                        int null_percent = 12);
// The text of a value alone, for COPY; "\N" for NULL.
std::string RandomInput(Random& random, Charset charset, const ColumnType& type,
                        int null_percent = 12);

std::vector<std::string> NamePool(Charset charset);

}  // namespace capture_test
